// Losses in units that compare: 0 is the best and 1 the worst of a set, in each objective.
#pragma once

#include <span>
#include <vector>

#include "searchers/numerics/dominance.hpp"

namespace winnow::search {

/// `losses` on the scale of `frame`, whose best is 0 and worst is 1 in each objective; where
/// `frame` does not vary, half the distance from it. No difference of large losses overflows. Needs
/// a frame that is not empty.
std::vector<Losses> scaled_losses(std::span<const Losses> losses, std::span<const Losses> frame);

}  // namespace winnow::search
