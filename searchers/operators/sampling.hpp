// Choosing members of a population, and the points a population begins with.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "searchers/numerics/rng.hpp"
#include "searchers/numerics/sobol.hpp"

namespace winnow::search {

/// `count` different ones of 0 … n − 1, none of them in `excluded`, in random order. Needs as many.
std::vector<std::size_t> distinct_indices(std::size_t n, std::size_t count,
                                          std::span<const std::size_t> excluded, Rng& rng);

/// d uniform numbers in [0, 1).
std::vector<double> uniform_point(std::size_t dimension, Rng& rng);

/// Points to begin with, spread evenly: a scrambled Sobol sequence; beyond the dimensions it has
/// direction numbers for, independent points.
class Opening {
 public:
  Opening(std::size_t dimension, std::uint64_t seed);
  /// Unit point `index`.
  std::vector<double> at(std::uint32_t index) const;
  /// What a suggestion begins with: the point of its number; where that is not free, random ones.
  std::vector<double> draw(std::int64_t number, int attempt, Rng& rng) const;

 private:
  std::size_t dimension_;
  std::uint64_t seed_;
  std::optional<ScrambledSobol> sequence_;
};

}  // namespace winnow::search
