// Sobol points: a sequence that fills the unit cube evenly, any point of it computable by itself.
// Scrambled, the points keep that evenness, are uniformly distributed and differ from seed to seed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace winnow::search {

/// Dimensions there are direction numbers for.
inline constexpr std::size_t sobol_dimensions = 128;

/// Coordinate `dimension` (from 0) of point `index`, times 2^32, in the Gray code order of Antonov,
/// Saleev (1979), "An economic method of computing LP-tau sequences": the order of other libraries.
std::uint32_t sobol_bits(std::uint32_t index, std::size_t dimension);

/// Nested uniform scrambling of all 32 bits: each binary digit is flipped or not by a random bit of
/// its own for each combination of the digits before it. Owen (1995), "Randomly permuted
/// (t,m,s)-nets and (t,s)-sequences", section 3, with a hash of (key, digits before) for the random
/// bits.
std::uint32_t nested_uniform_scramble(std::uint32_t bits, std::uint64_t key);

/// A scrambled Sobol sequence of 2^32 points, a function of its seed.
class ScrambledSobol {
 public:
  /// Needs dimension ≤ sobol_dimensions.
  ScrambledSobol(std::size_t dimension, std::uint64_t seed);

  /// Point `index` in [0, 1)^dimension. The digits beyond the 32nd are random, as they are in a
  /// full scrambling.
  std::vector<double> at(std::uint32_t index) const;

 private:
  std::uint64_t seed_;
  std::vector<std::uint64_t> keys_;  // one for each dimension
};

}  // namespace winnow::search
