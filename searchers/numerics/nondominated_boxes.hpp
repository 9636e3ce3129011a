// What a front leaves to be gained, as boxes: the part of objective space that no vector dominates,
// cut into pieces over which a volume is a sum of products.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "searchers/numerics/dominance.hpp"

namespace winnow::search {

/// low < high, m each; low may be −∞.
struct LossBox {
  std::vector<double> low, high;
};

/// Disjoint boxes that cover every loss vector below `reference` in all of its m objectives (one to
/// three) that none of `losses` dominates weakly. Vectors that are not below the reference change
/// nothing. One box in one objective, n + 1 in two, 2n + 1 in three, for n vectors of a front:
/// Yang, Emmerich, Deutz, Bäck (2019), "Efficient computation of expected hypervolume improvement
/// using box decomposition algorithms", sections 4 and 5. O(n log n) and O(n²).
std::vector<LossBox> nondominated_boxes(std::span<const Losses> losses,
                                        std::span<const double> reference);

}  // namespace winnow::search
