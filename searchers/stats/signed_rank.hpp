// Wilcoxon's test of paired differences: are they symmetric about zero, judged by the ranks of
// their sizes? Less moved by a single wild seed than the t-test, and nearly as sharp on normal
// data. Wilcoxon (1945), "Individual comparisons by ranking methods".
#pragma once

#include <optional>

#include "searchers/stats/pairs.hpp"
#include "searchers/stats/result.hpp"

namespace winnow::stats {

/// What becomes of differences that are zero. They are never evidence for either side; the ways
/// differ in whether they raise the ranks of the others.
enum class Zeros {
  dropped,  // before ranking: Wilcoxon
  ranked,   // then dropped: Pratt (1959), "Remarks on zeros and ties in the Wilcoxon signed rank
            // procedures"; dropping first can turn a rejection into none when a value grows
};

struct SignedRankQuestion {
  Tail tail = Tail::two_sided;
  Zeros zeros = Zeros::ranked;
  Effort effort = Effort::automatic;  // monte_carlo is not offered: the exact form is cheap
};

struct SignedRank {
  /// The statistic is the sum of the ranks of positive differences; n counts all differences.
  TestResult test = {};
  std::int64_t zeros = 0;
  /// (W⁺ − W⁻) / (W⁺ + W⁻), the matched-pairs rank-biserial correlation: 1 when all differences are
  /// positive (Kerby 2014, "The simple difference formula"). Its interval: dominance.hpp.
  double rank_biserial = 0;
};

/// Exact, ties and zeros included (their conditional distribution), up to 200 differences other
/// than zero; beyond, the normal limit with the variance of the ranks at hand and continuity
/// correction. All differences zero: p = 1. Refused without a difference.
Answer<SignedRank> signed_rank(const Differences& pairs, const SignedRankQuestion& question = {});

struct Centre {
  double estimate = 0;
  /// None where no data of this size could reject at 1 − level.
  std::optional<Interval> interval;
};

/// The median of all averages of two differences, and the shifts that the test without ties would
/// not reject, two-sided: Hodges, Lehmann (1963), "Estimates of location based on rank tests".
/// Exact up to 200 differences. Refused without one.
Answer<Centre> centre_of_ranks(const Differences& pairs, double level = 0.95);

}  // namespace winnow::stats
