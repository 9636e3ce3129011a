#include "trainer/data/batches.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <numeric>

#include "trainer/errors.hpp"

using namespace winnow::train;
using Rows = std::vector<std::uint32_t>;

TEST_CASE("each epoch holds every row once, the last batch what is left") {
  BatchOrder order(10, 4, 1);
  REQUIRE(order.batches_per_epoch() == 3);
  for (std::uint64_t epoch = 0; epoch < 3; ++epoch) {
    Rows seen;
    for (std::uint64_t k = 0; k < 3; ++k) {
      const Rows batch = order.batch(epoch * 3 + k);
      CHECK(batch.size() == (k < 2 ? 4 : 2));
      seen.insert(seen.end(), batch.begin(), batch.end());
    }
    std::sort(seen.begin(), seen.end());
    Rows all(10);
    std::iota(all.begin(), all.end(), 0u);
    CHECK(seen == all);
  }
}

TEST_CASE("a batch depends on its step and not on what was asked before") {
  BatchOrder straight(100, 7, 5);
  BatchOrder jumping(100, 7, 5);
  std::vector<Rows> batches;
  for (std::uint64_t step = 0; step < 40; ++step) batches.push_back(straight.batch(step));
  for (const std::uint64_t step : {39, 0, 17, 38, 3, 17})
    CHECK(jumping.batch(step) == batches[step]);
}

// The same algorithm in Python 3.11 (command: python3, the lines of the head comment of batches.hpp
// written out with integers masked to 64 bits).
TEST_CASE("the order is the same on every machine") {
  CHECK(epoch_order(8, 0, 0) == Rows{3, 5, 0, 2, 4, 7, 6, 1});
  CHECK(epoch_order(8, 0, 1) == Rows{5, 0, 3, 7, 6, 2, 4, 1});
  CHECK(epoch_order(8, 12345678901234567890u, 3) == Rows{3, 6, 5, 4, 7, 0, 2, 1});
}

TEST_CASE("epochs and seeds differ") {
  CHECK(epoch_order(50, 1, 0) != epoch_order(50, 1, 1));
  CHECK(epoch_order(50, 1, 0) != epoch_order(50, 2, 0));
  CHECK(epoch_order(50, 0, 1) != epoch_order(50, 1, 0));
}

// All 24 orders of four rows over 24,000 keys: chi-squared with 23 degrees of freedom stays
// below 49.7 with probability 0.999; keys are fixed, so this never flickers.
TEST_CASE("all orders are equally frequent") {
  std::map<Rows, int> counts;
  for (std::uint64_t seed = 0; seed < 240; ++seed) {
    for (std::uint64_t epoch = 0; epoch < 100; ++epoch) ++counts[epoch_order(4, seed, epoch)];
  }
  REQUIRE(counts.size() == 24);
  double chi_squared = 0.0;
  for (const auto& [order, count] : counts) {
    chi_squared += (count - 1000.0) * (count - 1000.0) / 1000.0;
  }
  CHECK(chi_squared < 49.7);
}

TEST_CASE("one row and batches larger than the data work") {
  BatchOrder order(1, 100, 9);
  CHECK(order.batches_per_epoch() == 1);
  CHECK(order.batch(12345) == Rows{0});
  CHECK_THROWS_AS(BatchOrder(0, 1, 1), BrokenExpectation);
  CHECK_THROWS_AS(BatchOrder(1, 0, 1), BrokenExpectation);
}

TEST_CASE("rows of about one length come into a batch, every row once, the short batch last") {
  const std::size_t rows = 103, size = 8;
  std::vector<std::size_t> lengths;
  for (std::size_t row = 0; row < rows; ++row) lengths.push_back(1 + row * row % 97);
  const auto spread = [&](BatchOrder& order) {
    std::size_t longest_sum = 0;
    for (std::uint64_t step = 0; step < order.batches_per_epoch(); ++step) {
      std::size_t longest = 0;
      for (const std::uint32_t row : order.batch(step)) longest = std::max(longest, lengths[row]);
      longest_sum += longest;
    }
    return longest_sum;
  };
  BatchOrder plain(rows, size, 3), bucketed(rows, size, 3), whole(rows, size, 3);
  bucketed.bucket_by_length(lengths, 4);
  whole.bucket_by_length(lengths, 1000);
  CHECK(spread(bucketed) < spread(plain));
  CHECK(spread(whole) <= spread(bucketed));
  for (std::uint64_t epoch = 0; epoch < 3; ++epoch) {
    Rows seen;
    for (std::uint64_t k = 0; k < 13; ++k) {
      const Rows batch = bucketed.batch(epoch * 13 + k);
      CHECK(batch.size() == (k < 12 ? size : 7));
      seen.insert(seen.end(), batch.begin(), batch.end());
    }
    std::sort(seen.begin(), seen.end());
    Rows all(rows);
    std::iota(all.begin(), all.end(), 0u);
    CHECK(seen == all);
  }
}

TEST_CASE("batches by length are dealt from the rows that lie near each other in the shuffle") {
  std::vector<std::size_t> lengths;
  for (std::size_t row = 0; row < 40; ++row) lengths.push_back(row % 7);
  BatchOrder order(40, 5, 11);
  order.bucket_by_length(lengths, 4);
  const Rows shuffled = epoch_order(40, 11, 2);
  std::vector<bool> first_half_batches;
  for (std::uint64_t k = 0; k < 8; ++k) {
    const Rows batch = order.batch(2 * 8 + k);
    const auto in_first_half = std::count_if(batch.begin(), batch.end(), [&](std::uint32_t row) {
      return std::find(shuffled.begin(), shuffled.end(), row) - shuffled.begin() < 20;
    });
    CHECK((in_first_half == 0 || in_first_half == 5));
    first_half_batches.push_back(in_first_half == 5);
    CHECK(std::is_sorted(batch.begin(), batch.end(), [&](std::uint32_t a, std::uint32_t b) {
      return lengths[a] > lengths[b];
    }));
  }
  // Long and short batches do not come in the order of their lengths.
  CHECK_FALSE(std::is_sorted(first_half_batches.rbegin(), first_half_batches.rend()));
}

TEST_CASE("a batch by length depends on its step and not on what was asked before") {
  std::vector<std::size_t> lengths(50, 3);
  lengths[7] = 9;
  BatchOrder straight(50, 7, 5), jumping(50, 7, 5);
  straight.bucket_by_length(lengths, 2);
  jumping.bucket_by_length(lengths, 2);
  std::vector<Rows> batches;
  for (std::uint64_t step = 0; step < 24; ++step) batches.push_back(straight.batch(step));
  for (const std::uint64_t step : {23, 0, 17, 3}) CHECK(jumping.batch(step) == batches[step]);
  CHECK_THROWS_AS(straight.bucket_by_length({1, 2}, 2), BrokenExpectation);
}
