// Do two independent samples come from the same distribution? If they do, every way of dealing the
// values out to the two groups is equally likely: the p-value is the part of them in which the
// means differ by at least as much as observed. Pitman (1937), "Significance tests which may be
// applied to samples from any populations". Exact without normality, but a test of equal
// distributions: with unequal spread and unequal sizes use welch_t.
#pragma once

#include "searchers/stats/result.hpp"
#include "searchers/stats/sample.hpp"

namespace winnow::stats {

struct PermutationQuestion {
  Tail tail = Tail::two_sided;  // two sides: by the absolute difference of the means
  Effort effort = Effort::automatic;
  Sampling sampling = {};
};

/// The statistic is mean of the first − mean of the second. Automatic: exact up to 40 values
/// together; then the seeded sample, with 1 added to hits and draws, up to 2·10^9 draws of a value;
/// beyond, the normal limit (Wald, Wolfowitz 1944; Hoeffding 1951), whose variance under dealing is
/// exact. All values equal: p = 1. Refused for an empty group.
Answer<TestResult> two_sample_permutation(Values first, Values second,
                                          const PermutationQuestion& question = {});

}  // namespace winnow::stats
