// Points as genomes: unit points that methods may recombine coordinate by coordinate. A genome has
// a number on every axis, also where its point has none, and knows which axes have no order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "searchers/encoding/unit_cube.hpp"
#include "searchers/problem/coding.hpp"
#include "searchers/problem/trial.hpp"

namespace winnow::search {

/// For each coordinate of the cube: is it a choice whose values have no order? Differences on such
/// axes mean nothing; whether two coordinates are equal does.
std::vector<bool> unordered_axes(const UnitCube& cube);

/// The coordinates whose parameters have a continuum of values.
std::vector<std::size_t> continuous_axes(const UnitCube& cube);

/// The coordinates of a suggestion's point, the middle of the cell on finite axes. What is not
/// active is drawn, uniformly, as a function of `seed` and the suggestion's number: constants there
/// would pull whatever is recombined towards them. Needs a point of the space.
std::vector<double> genome_of(const UnitCube& cube, const Suggestion& suggestion,
                              std::uint64_t seed);

/// Genomes as genome_of() makes them. Needs: `cube` outlives the answer.
Coding genome_coding(const UnitCube& cube, std::uint64_t seed);

}  // namespace winnow::search
