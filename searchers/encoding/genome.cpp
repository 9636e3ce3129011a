#include "searchers/encoding/genome.hpp"

#include "searchers/numerics/rng.hpp"

namespace winnow::search {

std::vector<bool> unordered_axes(const UnitCube& cube) {
  std::vector<bool> unordered;
  for (std::size_t j = 0; j < cube.dimension(); ++j) {
    const Domain& domain = cube.space().parameters()[cube.parameter(j)].domain;
    const Categorical* choice = std::get_if<Categorical>(&domain);
    unordered.push_back(choice && !choice->ordered);
  }
  return unordered;
}

std::vector<std::size_t> continuous_axes(const UnitCube& cube) {
  std::vector<std::size_t> axes;
  for (std::size_t j = 0; j < cube.dimension(); ++j)
    if (!cardinality(cube.space().parameters()[cube.parameter(j)].domain)) axes.push_back(j);
  return axes;
}

std::vector<double> genome_of(const UnitCube& cube, const Suggestion& suggestion,
                              std::uint64_t seed) {
  std::vector<double> genome = cube.encode(suggestion.point);
  if (suggestion.point.entries().size() == cube.space().size()) return genome;
  Rng rng(seed, suggestion.number.value, "not active");
  for (std::size_t j = 0; j < genome.size(); ++j) {
    const double drawn = rng.uniform();
    if (!suggestion.point.find(cube.space().parameters()[cube.parameter(j)].name))
      genome[j] = drawn;
  }
  return genome;
}

Coding genome_coding(const UnitCube& cube, std::uint64_t seed) {
  return {cube.dimension(),
          [&cube, seed](const Suggestion& suggestion) { return genome_of(cube, suggestion, seed); },
          [&cube](const std::vector<double>& genome) { return cube.decode(genome); }};
}

}  // namespace winnow::search
