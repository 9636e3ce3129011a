// Are two arms the same within a margin? A test that does not reject a difference proves nothing;
// this one has "they differ by the margin or more" as its null hypothesis, so that a small p-value
// supports equivalence. Two one-sided tests: Schuirmann (1987), "A comparison of the two one-sided
// tests procedure and the power approach for assessing the equivalence of average bioavailability".
#pragma once

#include "searchers/stats/pairs.hpp"
#include "searchers/stats/result.hpp"

namespace winnow::stats {

/// Differences within [low, high] do not matter in practice.
struct Margin {
  double low = 0, high = 0;
};

struct Equivalence {
  /// The larger p-value of the two one-sided tests: equivalent at level alpha where p < alpha. No
  /// correction is due, both must reject.
  double p = 1;
  TestResult above_low, below_high;
  double estimate = 0;
  /// Of confidence 1 − 2 alpha: lies inside the margin exactly where p < alpha (t-tests).
  Interval interval;
};

/// Normal differences. Refused as the paired t-test is. Needs low < high and 0 < alpha < ½.
Answer<Equivalence> equivalence_paired_t(const Differences& pairs, Margin margin,
                                         double alpha = 0.05);
/// Independent samples, unequal variances.
Answer<Equivalence> equivalence_welch_t(Values first, Values second, Margin margin,
                                        double alpha = 0.05);
/// Differences symmetric about their mean; exact for few pairs, see sign_flip.hpp.
Answer<Equivalence> equivalence_sign_flip(const Differences& pairs, Margin margin,
                                          double alpha = 0.05, const Sampling& sampling = {});

}  // namespace winnow::stats
