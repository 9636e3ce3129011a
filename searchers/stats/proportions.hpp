// Rates of success (accuracy, share of good answers): one against a value, two independent ones,
// and their intervals. Two models tried on the same examples are not independent:
// paired_proportions.hpp.
#pragma once

#include <cstdint>

#include "searchers/stats/answer.hpp"
#include "searchers/stats/result.hpp"

namespace winnow::stats {

struct Rate {
  std::int64_t successes = 0;
  std::int64_t trials = 0;
  double value() const { return static_cast<double>(successes) / static_cast<double>(trials); }
};

/// Inside [0, 1] and never empty, also at 0 and 1: Wilson (1927), "Probable inference, the law of
/// succession, and statistical inference". Approximate; `successes` may hold halves for ties. Needs
/// 0 ≤ successes ≤ trials, trials > 0.
Interval wilson_interval(double successes, double trials, double level = 0.95);

/// Covers at least as often as it says, at the price of width: Clopper, Pearson (1934), "The use of
/// confidence or fiducial limits illustrated in the case of the binomial".
Interval clopper_pearson_interval(const Rate& rate, double level = 0.95);

struct RateTest {
  TestResult test = {};
  double estimate = 0;     // the rate, or the difference of the rates
  Interval interval = {};  // of the estimate, two-sided whatever the tail
  /// Cohen's h = 2 asin √p₁ − 2 asin √p₂ (Cohen 1988, "Statistical power analysis for the
  /// behavioral sciences", 6.2): 0.2 small, 0.5 medium, 0.8 large.
  double cohens_h = 0;
};

struct RateQuestion {
  Tail tail = Tail::two_sided;
  double level = 0.95;
};

/// z with the variance of the null hypothesis (the score test), interval after Wilson. Approximate:
/// from about ten expected successes and failures. Refused without trials; needs 0 < null_rate < 1.
Answer<RateTest> rate_z(const Rate& rate, double null_rate, const RateQuestion& question = {});

/// The binomial test, interval after Clopper and Pearson. Two sides: all counts that are no
/// likelier than the observed one (as in R and SciPy).
Answer<RateTest> rate_exact(const Rate& rate, double null_rate, const RateQuestion& question = {});

/// z of the difference first − second with pooled variance; interval by Newcombe (1998), "Interval
/// estimation for the difference between independent proportions", method 10, which stays within
/// [−1, 1]. Nothing but successes or nothing but failures: p = 1. The exact form for small samples
/// is Fisher's test, relations/contingency.hpp.
Answer<RateTest> two_rates_z(const Rate& first, const Rate& second,
                             const RateQuestion& question = {});

}  // namespace winnow::stats
