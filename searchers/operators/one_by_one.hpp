// How most methods answer an ask: one suggestion after another, none of a point that is taken.
#pragma once

#include <functional>
#include <vector>

#include "searchers/operators/used_points.hpp"
#include "searchers/searcher.hpp"

namespace winnow::search {

/// `count` suggestions by `next`, which takes its point from the free ones; fewer, and finished,
/// when every point of a finite space is taken. The reason is what FreePoints was told last.
Proposal one_by_one(const UsedPoints& used, const Context& context, int count,
                    const std::function<Suggestion(TrialNumber number, FreePoints& free)>& next);

/// The same for methods that mind what is under way: `pending` grows with each suggestion.
Proposal one_by_one(
    const UsedPoints& used, const Context& context, int count,
    const std::function<Suggestion(TrialNumber number, const std::vector<Suggestion>& pending,
                                   FreePoints& free)>& next);

}  // namespace winnow::search
