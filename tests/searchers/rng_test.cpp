#include "searchers/numerics/rng.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>
#include <set>
#include <vector>

using namespace winnow::search;
using Words4 = std::array<std::uint32_t, 4>;

TEST_CASE("philox gives the published answers") {
  // Known-answer vectors of philox4x32-10 in the file kat_vectors of Random123 1.14.
  CHECK(philox4x32({0, 0, 0, 0}, {0, 0}) == Words4{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(philox4x32({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}) ==
        Words4{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        Words4{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("a stream is laid out as documented") {
  // Computed by a second implementation in Python 3.11 integers: key (seed low, seed high), counter
  // (block, FNV-1a of "sample", number low, number high).
  Rng rng(17, 3, "sample");
  CHECK(rng.uniform() == 0.8114983042597461);
  CHECK(rng.uniform() == 0.7424292997472943);
  CHECK(rng.uniform() == 0.11521739639625672);
  CHECK(derive_seed((std::uint64_t{1} << 63) + 5, (std::int64_t{1} << 40) + 7, "trial") ==
        498877999);
  CHECK(derive_seed(0, 0, "trial") == 473870323);
}

TEST_CASE("seed, number and purpose each choose another stream") {
  std::set<std::uint64_t> first;
  for (std::uint64_t seed : {0, 1, 2})
    for (std::int64_t number : {0, 1, 2})
      for (const char* purpose : {"trial", "data", "sample"})
        first.insert(Rng(seed, number, purpose).bits64());
  CHECK(first.size() == 27);
  CHECK(Rng(1, 2, "x").bits64() == Rng(1, 2, "x").bits64());
}

TEST_CASE("derived seeds fit into what programs take as a seed and differ") {
  std::set<std::uint64_t> seeds;
  for (std::int64_t number = 0; number < 1000; ++number)
    seeds.insert(derive_seed(99, number, "trial"));
  CHECK(seeds.size() == 1000);
  CHECK(*seeds.rbegin() < (std::uint64_t{1} << 31));
}

TEST_CASE("uniform numbers fill the unit interval evenly") {
  Rng rng(1, 0, "test");
  std::vector<int> bins(20);
  for (int i = 0; i < 20000; ++i) {
    const double u = rng.uniform();
    REQUIRE((u >= 0 && u < 1));
    ++bins[static_cast<std::size_t>(u * 20)];
  }
  double chi_square = 0;
  for (int count : bins) chi_square += std::pow(count - 1000.0, 2) / 1000.0;
  CHECK(chi_square < 43.8);  // 19 degrees of freedom, p = 0.001
}

TEST_CASE("below(n) reaches every number alike and no other") {
  Rng rng(2, 0, "test");
  std::vector<int> counts(7);
  for (int i = 0; i < 7000; ++i) ++counts.at(rng.below(7));
  double chi_square = 0;
  for (int count : counts) chi_square += std::pow(count - 1000.0, 2) / 1000.0;
  CHECK(chi_square < 22.5);  // 6 degrees of freedom, p = 0.001
  CHECK(rng.below(1) == 0);
}

TEST_CASE("below(n) is unbiased where n is a large part of 2^64") {
  // Taken modulo n, numbers below 2^62 would come twice as often as the rest of [0, 3·2^62).
  Rng rng(3, 0, "test");
  const std::uint64_t quarter = std::uint64_t{1} << 62;
  int low = 0;
  for (int i = 0; i < 9000; ++i) low += rng.below(3 * quarter) < quarter;
  CHECK(std::abs(low - 3000) < 150);  // 3.4 standard deviations; biased: 4500
}

TEST_CASE("shuffling gives every order of three alike") {
  std::vector<int> counts(6);
  for (std::int64_t number = 0; number < 6000; ++number) {
    std::array<int, 3> items = {0, 1, 2};
    Rng(4, number, "test").shuffle(std::span<int>(items));
    ++counts[static_cast<std::size_t>(items[0] * 2 + (items[1] > items[2]))];
    std::sort(items.begin(), items.end());
    REQUIRE(items == std::array<int, 3>{0, 1, 2});
  }
  double chi_square = 0;
  for (int count : counts) chi_square += std::pow(count - 1000.0, 2) / 1000.0;
  CHECK(chi_square < 20.5);  // 5 degrees of freedom, p = 0.001
}

TEST_CASE("normal numbers have the moments of a standard normal distribution") {
  constexpr int count = 20'000;
  Rng rng(11, 0, "normal");
  double sum = 0, squares = 0, fourth_powers = 0;
  for (int i = 0; i < count; ++i) {
    const double z = rng.normal();
    sum += z;
    squares += z * z;
    fourth_powers += z * z * z * z;
  }
  // Four standard deviations of each mean: 1, √2 and √96 over √count.
  CHECK(std::abs(sum / count) < 4 / std::sqrt(count));
  CHECK(std::abs(squares / count - 1) < 4 * std::sqrt(2.0 / count));
  CHECK(std::abs(fourth_powers / count - 3) < 4 * std::sqrt(96.0 / count));
}
