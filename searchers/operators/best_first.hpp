// The trials of another study by rank, for methods that begin where it was good.
#pragma once

#include <cstddef>
#include <vector>

#include "searchers/problem/prior_study.hpp"

namespace winnow::search {

/// Places in `study.trials`, those of the least first loss first; of equal ones the earlier.
std::vector<std::size_t> best_first(const PriorStudy& study);

/// `most` of them that say most about where losses are low: half of them the best, half spread
/// evenly over the ranks of the others, so that it is known too where not to look. In the study's
/// order. All of them where there are no more.
std::vector<std::size_t> telling(const PriorStudy& study, std::size_t most);

}  // namespace winnow::search
