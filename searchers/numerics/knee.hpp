// One member of a front for someone who wants one: the knee, where giving up a little in one
// objective gains most in the others.
#pragma once

#include <cstddef>
#include <span>

#include "searchers/numerics/dominance.hpp"

namespace winnow::search {

/// Index of the member that lies farthest below the plane through the ends of the front, each
/// objective scaled to 0 at its best and 1 at its worst: the least sum of scaled losses (Das 1999,
/// "On characterizing the knee of the Pareto curve based on normal-boundary intersection", on the
/// plane Σ = 1). Where none lies below that plane, the front has no knee, and the answer is the
/// member whose worst scaled loss is least. Ties go to the first. Needs a front that is not empty.
std::size_t knee(std::span<const Losses> front);

}  // namespace winnow::search
