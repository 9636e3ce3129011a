#include "searchers/numerics/sobol.hpp"

#include <array>

#include "searchers/numerics/rng.hpp"
#include "searchers/numerics/sobol_directions.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::search {
namespace {

constexpr unsigned digits = 32;
using Column = std::array<std::uint32_t, digits>;  // v_1 … v_32 of one dimension, times 2^32

Column grown(const SobolDirections& directions) {
  const unsigned s = directions.degree;
  Column v{};
  for (unsigned k = 0; k < digits; ++k) {
    if (k < s) {
      v[k] = directions.initial[k] << (digits - 1 - k);
      continue;
    }
    v[k] = v[k - s] ^ (v[k - s] >> s);  // Joe, Kuo 2008, equation (2.2)
    for (unsigned i = 1; i < s; ++i)
      if ((directions.coefficients >> (s - 1 - i)) & 1) v[k] ^= v[k - i];
  }
  return v;
}

const std::array<Column, sobol_dimensions>& columns() {
  static const auto all = [] {
    std::array<Column, sobol_dimensions> made{};
    for (unsigned k = 0; k < digits; ++k) made[0][k] = std::uint32_t{1} << (digits - 1 - k);
    const std::span<const SobolDirections> table = sobol_directions();
    expect(table.size() + 1 == sobol_dimensions, "the table of direction numbers has every row");
    for (std::size_t d = 1; d < sobol_dimensions; ++d) made[d] = grown(table[d - 1]);
    return made;
  }();
  return all;
}

/// The finalizer of SplitMix64: Steele, Lea, Flood (2014), "Fast splittable pseudorandom number
/// generators", figure 15 with the constants of its variant 13. Every bit of the result depends on
/// every bit of `x`.
std::uint64_t mixed(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  return x ^ (x >> 31);
}

}  // namespace

std::uint32_t sobol_bits(std::uint32_t index, std::size_t dimension) {
  expect(dimension < sobol_dimensions, "a dimension without direction numbers");
  const Column& v = columns()[dimension];
  std::uint32_t bits = 0;
  unsigned k = 0;
  for (std::uint32_t gray = index ^ (index >> 1); gray != 0; gray >>= 1, ++k)
    if (gray & 1) bits ^= v[k];
  return bits;
}

std::uint32_t nested_uniform_scramble(std::uint32_t bits, std::uint64_t key) {
  std::uint32_t scrambled = 0;
  for (unsigned before = 0; before < digits; ++before) {
    // The digits before this one, and how many they are: a different random bit for each.
    const std::uint64_t prefix = before == 0 ? 0 : bits >> (digits - before);
    const std::uint64_t place = (std::uint64_t{before} << digits) | prefix;
    const auto flip = static_cast<std::uint32_t>(mixed(key ^ mixed(place)) & 1);
    const unsigned shift = digits - 1 - before;
    scrambled |= (((bits >> shift) & 1) ^ flip) << shift;
  }
  return scrambled;
}

ScrambledSobol::ScrambledSobol(std::size_t dimension, std::uint64_t seed) : seed_(seed) {
  expect(dimension <= sobol_dimensions, "more dimensions than there are direction numbers");
  Rng rng(seed, 0, "sobol keys");
  for (std::size_t d = 0; d < dimension; ++d) keys_.push_back(rng.bits64());
}

std::vector<double> ScrambledSobol::at(std::uint32_t index) const {
  Rng later_digits(seed_, index, "sobol digits");
  std::vector<double> point(keys_.size());
  for (std::size_t d = 0; d < keys_.size(); ++d) {
    const std::uint32_t bits = nested_uniform_scramble(sobol_bits(index, d), keys_[d]);
    // 32 digits and 21 later ones are the 53 of a double: the sum is exact and below 1.
    point[d] = bits * 0x1p-32 + (later_digits.bits32() >> 11) * 0x1p-53;
  }
  return point;
}

}  // namespace winnow::search
