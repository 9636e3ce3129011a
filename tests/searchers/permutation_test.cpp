#include "searchers/numerics/permutation.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <set>
#include <vector>

#include "searchers/problem/error.hpp"

using namespace winnow::search;

TEST_CASE("a permutation hits every place exactly once") {
  for (std::uint64_t size : {1, 2, 3, 4, 5, 7, 16, 17, 100, 1000, 4096, 4097}) {
    const Permutation permutation(size, 5, 0, "test");
    std::set<std::uint64_t> hit;
    for (std::uint64_t place = 0; place < size; ++place) hit.insert(permutation.at(place));
    CHECK(hit.size() == size);
    CHECK(*hit.rbegin() == size - 1);
    CHECK_THROWS_AS(permutation.at(size), winnow::BrokenExpectation);
  }
}

TEST_CASE("all orders of four come about equally often") {
  std::map<std::vector<std::uint64_t>, int> counts;
  for (std::int64_t number = 0; number < 24000; ++number) {
    const Permutation permutation(4, 6, number, "test");
    ++counts[{permutation.at(0), permutation.at(1), permutation.at(2), permutation.at(3)}];
  }
  CHECK(counts.size() == 24);
  for (const auto& [order, count] : counts) CHECK(std::abs(count - 1000) < 250);
}

TEST_CASE("the first places of a large permutation are spread over the whole") {
  const std::uint64_t size = 1'000'000'007;
  const Permutation permutation(size, 7, 0, "test");
  std::vector<int> bins(10);
  for (std::uint64_t place = 0; place < 10000; ++place) ++bins[permutation.at(place) * 10 / size];
  double chi_square = 0;
  for (int count : bins) chi_square += std::pow(count - 1000.0, 2) / 1000.0;
  CHECK(chi_square < 27.9);  // 9 degrees of freedom, p = 0.001
}

TEST_CASE("a permutation of 2^63 places works to its end") {
  const std::uint64_t size = std::uint64_t{1} << 63;
  const Permutation permutation(size, 8, 0, "test");
  CHECK(permutation.at(0) < size);
  CHECK(permutation.at(size - 1) < size);
  CHECK(permutation.at(0) != permutation.at(size - 1));
}
