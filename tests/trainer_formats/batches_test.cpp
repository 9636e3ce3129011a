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
