// How much of objective space a set of loss vectors dominates, exactly: the one number that says
// how good a front is. Everything is to be minimised and measured against a reference, a point that
// is worse than what one cares about in every objective.
#pragma once

#include <span>
#include <vector>

#include "searchers/numerics/dominance.hpp"

namespace winnow::search {

/// Volume of all points that some loss vector dominates and that dominate `reference`. Vectors that
/// are not better than the reference everywhere add nothing. One and two objectives: sorting;
/// three: a sweep over a balanced tree, O(n log n); more: While, Bradstreet, Barone (2012), "A fast
/// way of calculating exact hypervolumes" (WFG, with slices along the last objective) down to that
/// sweep: O(n² log n) for four, exponential in the number of objectives. Losses may be of any size;
/// the volume is infinite only where it is larger than the largest number.
double hypervolume(std::span<const Losses> losses, std::span<const double> reference);

/// For each vector the volume that would be lost without it: 0 for dominated and for doubled ones.
/// O(n) hypervolumes.
std::vector<double> hypervolume_contributions(std::span<const Losses> losses,
                                              std::span<const double> reference);

/// What to measure against when nobody says: behind the worst loss of the front in each objective
/// by a tenth of the front's range there. Where the range is 0, by a tenth of the loss's own size,
/// and by 0.1 where that is 0 too; never beyond the largest number. Needs a front that is not
/// empty.
Losses reference_behind(std::span<const Losses> front);

}  // namespace winnow::search
