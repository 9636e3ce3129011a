// Do several independent groups have the same mean? Analysis of variance for groups of about normal
// values; groups/kruskal_wallis.hpp judges by ranks, groups/repeated_anova.hpp and
// groups/friedman.hpp the same seeds under every arm.
#pragma once

#include "searchers/stats/groups/groups.hpp"
#include "searchers/stats/result.hpp"

namespace winnow::stats {

struct Anova {
  TestResult test;
  double between_squares = 0, within_squares = 0;
  /// Part of the variation that lies between the groups, as observed; and less biased, ω² (Hays
  /// 1963, "Statistics for psychologists"), which may be below 0.
  double eta_squared = 0, omega_squared = 0;
  /// Of the population's η² = λ / (λ + N), through noncentral F (distributions/noncentral.hpp).
  Interval eta_squared_interval;
};

/// Fisher (1925), "Statistical methods for research workers", chapter VII: exact for normal values
/// of equal variance. Refused for an empty group, fewer values than groups + 1, and where no group
/// varies.
Answer<Anova> one_way_anova(Groups groups, double level = 0.95);

/// Variances may differ: Welch (1951), "On the comparison of several mean values: an alternative
/// approach". Refused for fewer than two values in a group or a group that does not vary.
Answer<TestResult> welch_anova(Groups groups);

}  // namespace winnow::stats
