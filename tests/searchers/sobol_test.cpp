#include "searchers/numerics/sobol.hpp"

#include <catch2/catch.hpp>
#include <set>
#include <utility>
#include <vector>

using namespace winnow::search;

TEST_CASE("unscrambled points equal those of another implementation") {
  // Origin: torch.quasirandom.SobolEngine(128, scramble=False).draw(4096) of torch 1.13.0, times
  // 2^32.
  const std::vector<std::size_t> dimensions = {0, 1, 2, 9, 49, 127};
  const std::vector<std::pair<std::uint32_t, std::vector<std::uint32_t>>> golden = {
      {2, {3221225472, 1073741824, 1073741824, 3221225472, 3221225472, 1073741824}},
      {5, {3758096384, 3758096384, 536870912, 536870912, 3758096384, 536870912}},
      {100, {1778384896, 1107296256, 3321888768, 2986344448, 2852126720, 1979711488}},
      {1023, {4194304, 3233808384, 2629828608, 3653238784, 3535798272, 3007315968}},
      {4095, {1048576, 4042260480, 1435500544, 1058013184, 2609905664, 1123024896}}};
  for (const auto& [index, bits] : golden)
    for (std::size_t i = 0; i < dimensions.size(); ++i)
      CHECK(sobol_bits(index, dimensions[i]) == bits[i]);

  // All 4096 × 128 of them, point by point, as a 64-bit FNV-1a hash over whole numbers.
  std::uint64_t hash = 14695981039346656037ull;
  for (std::uint32_t index = 0; index < 4096; ++index)
    for (std::size_t d = 0; d < 128; ++d) hash = (hash ^ sobol_bits(index, d)) * 1099511628211ull;
  CHECK(hash == 0x91bfc21bce422325ull);
}

TEST_CASE("scrambling is a permutation that keeps digits nested") {
  for (const std::uint64_t key : {0ull, 1ull, 0x9E3779B97F4A7C15ull, ~0ull}) {
    for (unsigned digits = 1; digits <= 10; ++digits) {
      // Numbers with the same first digits keep having the same first digits, others never get
      // them.
      std::set<std::uint32_t> prefixes;
      for (std::uint32_t prefix = 0; prefix < (1u << digits); ++prefix) {
        const std::uint32_t bits = prefix << (32 - digits);
        const std::uint32_t scrambled = nested_uniform_scramble(bits, key) >> (32 - digits);
        const std::uint32_t later = 0x00123457u & ((1u << (32 - digits)) - 1);
        CHECK(nested_uniform_scramble(bits | later, key) >> (32 - digits) == scrambled);
        prefixes.insert(scrambled);
      }
      CHECK(prefixes.size() == std::size_t{1} << digits);
    }
  }
}

TEST_CASE("what two points have in different halves is scrambled independently") {
  // Points that differ in their first digit: their next two digits take all 4 × 4 combinations, and
  // the first digit's flip both, equally often.
  constexpr int keys = 16'000, cells = 32;
  std::vector<int> counts(cells);
  for (std::uint64_t key = 0; key < keys; ++key) {
    const std::uint32_t low = nested_uniform_scramble(0x12345678u, key) >> 29;
    const std::uint32_t high = nested_uniform_scramble(0x92345678u, key) >> 29;
    CHECK((low >> 2) != (high >> 2));
    ++counts[((low >> 2) << 4) | ((low & 3) << 2) | (high & 3)];
  }
  double chi_squared = 0;
  for (const int count : counts) {
    const double expected = double(keys) / cells;
    chi_squared += (count - expected) * (count - expected) / expected;
  }
  CHECK(chi_squared < 61.1);  // the 99.9 % quantile for 31 degrees of freedom
}

TEST_CASE("of 2^k scrambled points each 2^k-th of each coordinate holds one") {
  const ScrambledSobol sobol(sobol_dimensions, 11);
  const std::uint32_t points = 256;
  for (std::uint32_t start : {0u, 256u, 7u * 256u}) {
    std::vector<std::set<int>> strata(sobol_dimensions);
    for (std::uint32_t i = 0; i < points; ++i) {
      const std::vector<double> point = sobol.at(start + i);
      for (std::size_t d = 0; d < point.size(); ++d) {
        REQUIRE((point[d] >= 0 && point[d] < 1));
        strata[d].insert(static_cast<int>(point[d] * points));
      }
    }
    for (const std::set<int>& coordinate : strata) CHECK(coordinate.size() == points);
  }
}

TEST_CASE("the first two coordinates of 2^m scrambled points are a (0, m, 2)-net") {
  for (std::uint64_t seed : {0, 1, 2}) {
    const ScrambledSobol sobol(2, seed);
    const int m = 8;
    for (int across = 0; across <= m; ++across) {
      std::set<std::pair<int, int>> boxes;
      for (std::uint32_t i = 0; i < (1u << m); ++i) {
        const std::vector<double> point = sobol.at(i);
        boxes.emplace(static_cast<int>(point[0] * (1 << across)),
                      static_cast<int>(point[1] * (1 << (m - across))));
      }
      CHECK(boxes.size() == std::size_t{1} << m);
    }
  }
}

TEST_CASE("a scrambled point depends on seed and index alone") {
  CHECK(ScrambledSobol(3, 5).at(77) == ScrambledSobol(3, 5).at(77));
  CHECK(ScrambledSobol(3, 5).at(77) != ScrambledSobol(3, 6).at(77));
  CHECK(ScrambledSobol(0, 5).at(77).empty());
}
