// Directions spread evenly over all ways to weigh several objectives against each other.
#pragma once

#include <cstddef>
#include <vector>

namespace winnow::search {

/// All vectors of `dimensions` multiples of 1/divisions, none negative, whose sum is 1, in
/// lexicographic order: C(divisions + dimensions − 1, divisions) of them. Das, Dennis (1998),
/// "Normal-boundary intersection", section 4. Needs dimensions ≥ 1, divisions ≥ 1.
std::vector<std::vector<double>> simplex_lattice(std::size_t dimensions, std::size_t divisions);

/// The finest lattice of at most `most` vectors, or the coarsest there is. Where it has none inside
/// (fewer divisions than dimensions), what is left of `most` goes to a second one, shrunk by half
/// towards the middle: Deb, Jain (2014), "An evolutionary many-objective optimization algorithm
/// using reference-point-based nondominated sorting approach, part I", section V.
std::vector<std::vector<double>> finest_lattice(std::size_t dimensions, std::size_t most);

}  // namespace winnow::search
