// The ranking behind a critical-difference diagram: arms in the order of their mean ranks, and bars
// over neighbours that the data do not tell apart. Demšar (2006), "Statistical comparisons of
// classifiers over multiple data sets", section 3.2.4. Used for arms over tasks, and for benchmarks
// of optimisers. A bar is not a proof of equality.
#pragma once

#include "searchers/stats/error_control/corrections.hpp"
#include "searchers/stats/groups/post_hoc.hpp"

namespace winnow::stats {

/// Places first … last (both included) of the order whose arms are all not told apart.
struct Bar {
  std::size_t first = 0, last = 0;
  bool operator==(const Bar&) const = default;
};

struct Ranking {
  Friedman friedman;
  std::vector<std::size_t> order;     // columns, smallest mean rank (smallest values) first
  std::vector<PairComparison> pairs;  // p corrected for all pairs
  std::vector<Bar> bars;              // the longest ones, of two arms or more
  /// Of mean ranks; none where pairs are tested one by one.
  std::optional<double> critical_difference;
};

/// By Nemenyi's test. Refused as `friedman` is.
Answer<Ranking> rank_by_nemenyi(Blocks blocks, double alpha = 0.05);

/// Each pair by the signed-rank test on its own columns, corrected over all pairs (Benavoli,
/// Corani, Mangili 2016). Refused also where no table of that many blocks could tell a pair apart.
Answer<Ranking> rank_by_signed_ranks(Blocks blocks, double alpha = 0.05,
                                     Correction correction = Correction::holm);

/// The longest runs of the order in which no pair is told apart.
std::vector<Bar> bars_of(const std::vector<std::size_t>& order,
                         const std::vector<PairComparison>& pairs, double alpha);

}  // namespace winnow::stats
