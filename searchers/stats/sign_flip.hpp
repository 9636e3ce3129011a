// Is the mean of paired differences zero? Under the null hypothesis that each difference is
// symmetric about zero, every pattern of signs is equally likely: the p-value is the part of the
// patterns whose mean is at least as far out as the observed one. Fisher (1935), "The design of
// experiments", section 21. Exact at any sample size, no normality; with n differences that are not
// zero no two-sided p-value is below 2 / 2^n.
#pragma once

#include "searchers/stats/pairs.hpp"
#include "searchers/stats/result.hpp"

namespace winnow::stats {

struct SignFlipQuestion {
  Tail tail = Tail::two_sided;
  Effort effort = Effort::automatic;
  Sampling sampling = {};
};

struct SignFlip {
  /// The statistic is the mean difference; n counts the differences, zeros included.
  TestResult test;
  std::int64_t zeros = 0;
};

/// Automatic: exact up to 40 differences other than zero; then the seeded sample, with 1 added to
/// hits and draws (Phipson, Smyth 2010, "Permutation p-values should never be zero"), up to
/// 2·10^9 additions; beyond, the normal limit Σd / √Σd², unless a few differences dominate (Berry
/// and Esseen's bound above 0.005), where the sample is drawn whatever it costs. All differences
/// zero: p = 1. Refused without a difference.
Answer<SignFlip> sign_flip(const Differences& pairs, const SignFlipQuestion& question = {});

/// The shifts that the test does not reject: its interval for the centre of symmetry, found among
/// the means of all subsets (Hartigan 1969, "Using subsample values as typical values"). Exact up
/// to 40 differences. Refused where even the smallest p-value is no rejection at 1 − level: "5
/// pairs …".
Answer<Interval> sign_flip_interval(const Differences& pairs, double level = 0.95,
                                    const SignFlipQuestion& question = {});

}  // namespace winnow::stats
