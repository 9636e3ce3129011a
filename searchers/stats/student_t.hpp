// Tests and intervals for means, assuming that means of samples of this size are about normal: one
// sample against a value, paired differences, two independent samples of unequal variance.
// For few pairs of doubtful shape prefer sign_flip.hpp, which assumes only symmetry.
#pragma once

#include "searchers/stats/pairs.hpp"
#include "searchers/stats/result.hpp"

namespace winnow::stats {

struct TTest {
  TestResult test = {};
  double estimate = 0;  // the mean, the mean difference, or the difference of the means
  double standard_error = 0;
  /// For the estimated quantity; one-sided where the test is.
  Interval interval = {};
};

/// What is asked of a test about a mean. `null_value` belongs to the null hypothesis: with
/// `greater` it says "at most this much".
struct MeanQuestion {
  double null_value = 0;
  Tail tail = Tail::two_sided;
  double level = 0.95;  // of the interval
};

/// Student (1908), "The probable error of a mean": exact for independent normal values. Refused for
/// fewer than two values and for constant ones.
Answer<TTest> one_sample_t(Values sample, const MeanQuestion& question = {});

/// The one-sample test of the differences: exact where they are normal, whatever the arms are.
Answer<TTest> paired_t(const Differences& pairs, const MeanQuestion& question = {});

/// Two independent samples, variances may differ: Welch (1947), "The generalization of 'Student's'
/// problem when several different population variances are involved", degrees of freedom after
/// Satterthwaite (1946). Estimate: mean of the first − mean of the second. Refused for fewer than
/// two values in a sample, and where both are constant.
Answer<TTest> welch_t(Values first, Values second, const MeanQuestion& question = {});

/// P-value and interval of an estimate whose error over its standard error follows Student's
/// distribution. Needs a standard error and degrees of freedom above 0.
TTest t_test_of(double estimate, double standard_error, double degrees, std::int64_t n,
                const MeanQuestion& question);

}  // namespace winnow::stats
