// The few loss vectors of many that dominate most together.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "searchers/numerics/dominance.hpp"

namespace winnow::search {

/// Indices of `count` loss vectors, chosen one after another, each the one that enlarges the
/// hypervolume most; within a factor 1 − 1/e of the best choice (Nemhauser, Wolsey, Fisher 1978,
/// "An analysis of approximations for maximizing submodular set functions"). Gains only shrink, so
/// that few have to be computed again (Minoux 1978, "Accelerated greedy algorithms for maximizing
/// submodular set functions"). All indices when there are fewer. Ties go to the first. Needs finite
/// volumes.
std::vector<std::size_t> hypervolume_subset(std::span<const Losses> losses, std::size_t count,
                                            std::span<const double> reference);

}  // namespace winnow::search
