// Does a value of one group tend to be larger than one of the other? Judged by ranks, for two
// independent groups. Mann, Whitney (1947), "On a test of whether one of two random variables is
// stochastically larger than the other". Null hypothesis: equal distributions; with unequal spread
// the level holds only about. Paired arms: signed_rank.hpp.
#pragma once

#include <optional>

#include "searchers/stats/result.hpp"
#include "searchers/stats/sample.hpp"

namespace winnow::stats {

struct MannWhitneyQuestion {
  Tail tail = Tail::two_sided;        // greater: the first group's values tend to be larger
  Effort effort = Effort::automatic;  // monte_carlo is not offered: the exact form is cheap
};

/// The statistic is U of the first group: pairs in which its value is larger, ties as a half.
/// Exact, ties included (their conditional distribution), where counting takes at most 10^8
/// additions (about 60 values in each group, 100 without ties); beyond, the normal limit with tie
/// correction and continuity correction. All values equal: p = 1. Refused for an empty group.
/// Effect sizes: dominance.hpp.
Answer<TestResult> mann_whitney(Values first, Values second,
                                const MannWhitneyQuestion& question = {});

struct Shift {
  double estimate = 0;
  /// None where no data of these sizes could reject at 1 − level.
  std::optional<Interval> interval;
};

/// The median of all differences first − second, and the shifts that the test without ties would
/// not reject, two-sided: Hodges, Lehmann (1963), "Estimates of location based on rank tests".
/// Assumes that the groups differ by a shift only. Refused for an empty group.
Answer<Shift> shift_between(Values first, Values second, double level = 0.95);

}  // namespace winnow::stats
