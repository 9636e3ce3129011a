// Do several arms, each tried under the same blocks (seeds, folds, tasks), do equally well, judged
// by their ranks within each block? Friedman (1937), "The use of ranks to avoid the assumption of
// normality implicit in the analysis of variance".
#pragma once

#include "searchers/stats/groups/groups.hpp"
#include "searchers/stats/result.hpp"

namespace winnow::stats {

struct Friedman {
  /// χ² with the correction for ties (Conover 1999, "Practical nonparametric statistics", 5.8).
  TestResult chi_squared;
  /// F = (n − 1) χ² / (n (k − 1) − χ²), less conservative in its limit: Iman, Davenport (1980),
  /// "Approximations of the critical region of the Friedman statistic". Infinite where all blocks
  /// agree completely. A growing function of χ², so that the exact p-value is the same.
  TestResult iman_davenport;
  /// χ² / (n (k − 1)): agreement of the blocks, 0 to 1 (Kendall, Babington Smith 1939).
  double kendalls_w = 0;
  std::vector<double> mean_ranks;  // of each arm; rank 1 is the smallest value
  double squared_ranks = 0;        // Σ of all squared ranks, which ties make smaller
};

/// Automatic: exact, ties included, while counting takes at most some 10^6 steps a block (three
/// arms: hundreds of blocks; five arms: about eight) and where all blocks agree; beyond, the
/// limits. Every block constant: p = 1.
Answer<Friedman> friedman(Blocks blocks, Effort effort = Effort::automatic);

}  // namespace winnow::stats
