// How much room each loss vector of a front has to itself: what decides between vectors of which
// none dominates another.
#pragma once

#include <span>
#include <vector>

#include "searchers/numerics/dominance.hpp"

namespace winnow::search {

/// For each of n vectors, none dominated, the sum over objectives of the distance between its two
/// neighbours, as a part of the front's range; infinite at the ends of each objective. Vectors that
/// are alike everywhere have no room, but for the first of them. O(m n log n). Deb, Pratap,
/// Agarwal, Meyarivan (2002), "A fast and elitist multiobjective genetic algorithm: NSGA-II",
/// section III B.
std::vector<double> crowding_distances(std::span<const Losses> front);

}  // namespace winnow::search
