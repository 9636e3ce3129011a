// Do several independent groups come from the same distribution, judged by ranks? Kruskal, Wallis
// (1952), "Use of ranks in one-criterion variance analysis". The same seeds under every arm:
// groups/friedman.hpp.
#pragma once

#include "searchers/stats/groups/groups.hpp"
#include "searchers/stats/result.hpp"

namespace winnow::stats {

struct KruskalWallis {
  /// H, divided by the correction for ties.
  TestResult test;
  /// H / (N − 1): the part of the variation of ranks that lies between the groups (Kelley 1935, as
  /// ε²).
  double epsilon_squared = 0;
  std::vector<double> mean_ranks;  // of each group
};

/// Automatic: exact, ties included, up to 2·10^6 ways of dealing the values out (three groups of
/// five); beyond, χ² with groups − 1 degrees of freedom. Monte Carlo on request. All values equal:
/// H = 0, p = 1. Refused for an empty group.
Answer<KruskalWallis> kruskal_wallis(Groups groups, Effort effort = Effort::automatic,
                                     const Sampling& sampling = {});

}  // namespace winnow::stats
