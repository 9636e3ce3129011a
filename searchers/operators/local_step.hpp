// A step to a neighbour, for methods that walk.
#pragma once

#include <span>
#include <vector>

#include "searchers/numerics/rng.hpp"
#include "searchers/operators/simulated_binary.hpp"
#include "searchers/operators/standing.hpp"

namespace winnow::search {

/// A neighbour of `genome` in [0, 1]^d: each coordinate moves with probability `share`, one at
/// least. Ordered ones by a normal step of deviation `reach`, mirrored at the bounds, and by a cell
/// at least where they have cells; unordered ones to anywhere.
std::vector<double> neighbour(std::span<const double> genome, const Axes& axes, double share,
                              double reach, Rng& rng);

/// Does a walk at `present` go to `proposed`? Always when that is not worse; else with probability
/// exp(−difference / temperature). What was not completed is never gone to, and always left.
/// Metropolis et al. (1953), "Equation of state calculations by fast computing machines".
bool accepts(const Standing& present, const Standing& proposed, double temperature, Rng& rng);

}  // namespace winnow::search
