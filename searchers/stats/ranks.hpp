// Ranks with ties: equal values share the mean of the places they take.
#pragma once

#include <cstdint>
#include <vector>

#include "searchers/stats/sample.hpp"

namespace winnow::stats {

struct Ranks {
  /// In the order of the values; the smallest has rank 1. Multiples of a half.
  std::vector<double> ranks;
  /// Sizes of the groups of equal values, ascending in value, groups of one included.
  std::vector<std::int64_t> group_sizes;

  bool has_ties() const { return group_sizes.size() < ranks.size(); }
  /// Σ (t³ − t) over the groups of equal values: what ties take from a rank statistic's variance.
  double tie_term() const;
};

/// Neighbours in order that differ by at most `rounding` count as equal. Finite values.
Ranks mid_ranks(Values values, double rounding = 0);

/// The ranks as whole numbers, doubled only where ties make halves; and by how much.
struct WholeRanks {
  std::vector<std::int64_t> ranks;
  std::int64_t scale = 1;
};
WholeRanks whole_ranks(const std::vector<double>& ranks);

}  // namespace winnow::stats
