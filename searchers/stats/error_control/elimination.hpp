// Which arms of a race can be dropped at this look? All pairs of living arms are tested on the
// seeds that they have in common, the p-values are corrected by Holm over those pairs, and whatever
// loses significantly against a living arm goes. There is no Friedman gate and no comparison with
// the observed best only: both were simulated to raise the error rate above the level.
#pragma once

#include <functional>
#include <vector>

#include "searchers/stats/pairs.hpp"
#include "searchers/stats/result.hpp"

namespace winnow::stats {

/// One arm of the race: its losses under the seeds that all arms have been given so far, in the
/// same order for all.
struct Arm {
  std::size_t id = 0;  // the caller's
  std::vector<double> losses;
};

/// Why an arm goes: the living arm that beats it most clearly.
struct Elimination {
  std::size_t loser = 0, winner = 0;  // ids
  double mean_difference = 0;         // loser − winner, above 0
  double p = 1, adjusted_p = 1;
};

/// Two-sided p-value of paired differences; a refusal counts as 1 (no evidence).
using PairTest = std::function<Answer<TestResult>(const Differences&)>;

/// `to_spend`: this look's increment of the level (alpha_spending.hpp). The chance that any look
/// drops an arm that is no worse than the one named as its winner is at most the sum of the
/// increments where all arms are equal, and stays there under the other patterns simulated by
/// tests/bench/race_error.cpp; the final claim is to be corrected for every arm that started.
/// `silent`: arms that left without having lost a test. Their pairs count in the correction as if
/// they had shown nothing, so that it does not matter for which reason they left.
/// Refused: arms of unequal length, a loss that cannot be used. One arm or none: nothing goes.
Answer<std::vector<Elimination>> eliminate(const std::vector<Arm>& living, double to_spend,
                                           const PairTest& test, std::size_t silent = 0);

}  // namespace winnow::stats
