#include "searchers/operators/sampling.hpp"

#include <algorithm>

#include "searchers/problem/error.hpp"

namespace winnow::search {

std::vector<std::size_t> distinct_indices(std::size_t n, std::size_t count,
                                          std::span<const std::size_t> excluded, Rng& rng) {
  // Drawn again until free: a few of many, as the operators need them.
  std::vector<std::size_t> taken(excluded.begin(), excluded.end());
  std::sort(taken.begin(), taken.end());
  taken.erase(std::unique(taken.begin(), taken.end()), taken.end());
  expect(taken.size() + count <= n, "as many different members as are asked for");
  const std::size_t first = taken.size();
  while (taken.size() < first + count) {
    const std::size_t drawn = static_cast<std::size_t>(rng.below(n));
    if (std::find(taken.begin(), taken.end(), drawn) == taken.end()) taken.push_back(drawn);
  }
  return {taken.begin() + static_cast<std::ptrdiff_t>(first), taken.end()};
}

std::vector<double> uniform_point(std::size_t dimension, Rng& rng) {
  std::vector<double> point(dimension);
  for (double& coordinate : point) coordinate = rng.uniform();
  return point;
}

Opening::Opening(std::size_t dimension, std::uint64_t seed) : dimension_(dimension), seed_(seed) {
  if (dimension <= sobol_dimensions) sequence_.emplace(dimension, seed);
}

std::vector<double> Opening::at(std::uint32_t index) const {
  if (sequence_) return sequence_->at(index);
  Rng rng(seed_, index, "opening");
  return uniform_point(dimension_, rng);
}

std::vector<double> Opening::draw(std::int64_t number, int attempt, Rng& rng) const {
  return attempt == 0 ? at(static_cast<std::uint32_t>(number)) : uniform_point(dimension_, rng);
}

}  // namespace winnow::search
