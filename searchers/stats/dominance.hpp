// How often is one arm better than the other? Effect sizes that ask only for order: they survive
// any monotone change of the metric.
#pragma once

#include "searchers/stats/pairs.hpp"
#include "searchers/stats/result.hpp"

namespace winnow::stats {

struct Dominance {
  /// A = P(X > Y) + ½ P(X = Y): ½ without a difference. Vargha, Delaney (2000), "A critique and
  /// improvement of the CL common language effect size statistics of McGraw and Wong".
  double superiority = 0.5;
  /// Approximate, inside [0, 1], sensible at 0 and 1: Newcombe (2006), "Confidence intervals for an
  /// effect size measure based on the Mann–Whitney statistic. Part 2", method 5.
  Interval superiority_interval = {};
  /// Cliff's δ = P(X > Y) − P(X < Y) = 2 A − 1 (Cliff 1993, "Dominance statistics"). It is also the
  /// rank-biserial correlation of two groups.
  double cliffs_delta = 0;
  Interval delta_interval = {};
};

/// Of two independent groups. Refused for an empty one.
Answer<Dominance> dominance(Values first, Values second, double level = 0.95);

struct PairedSuperiority {
  /// Part of the pairs in which the first arm is better, ties as a half: P(A > B) under equal
  /// seeds.
  double superiority = 0.5;
  /// Wilson's; with ties somewhat too wide, a half varying less than a success.
  Interval interval = {};
};

/// Refused without a pair.
Answer<PairedSuperiority> paired_superiority(const Differences& pairs, double level = 0.95);

struct RankBiserial {
  double value = 0;
  Interval interval = {};
};

/// (W⁺ − W⁻) / (W⁺ + W⁻) of Wilcoxon's signed ranks, zeros dropped. The interval solves
/// (r̂ − r)² = z² v (1 − r²), v being the variance of r̂ under the null hypothesis, 2 (2n + 1) /
/// (3 n (n + 1)): the variance falls towards ±1 as a proportion's does (Wilson 1927), which it is
/// exactly for signs without ranks. A construction of ours: its coverage is tabulated by
/// tests/bench/interval_coverage.cpp. Refused where no difference is left.
Answer<RankBiserial> matched_rank_biserial(const Differences& pairs, double level = 0.95);

}  // namespace winnow::stats
