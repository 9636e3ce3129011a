// Order statistics of all pairwise averages of a sample, or of all differences between two samples,
// without writing out the pairs: the estimates that belong to the Wilcoxon tests (Hodges, Lehmann
// 1963, "Estimates of location based on rank tests"). Halving between the extremes, counting by two
// pointers: O(n) a step, so that a million values are no trouble.
#pragma once

#include <cstdint>
#include <vector>

namespace winnow::stats {

/// The k-th smallest (1 ≤ k ≤ n(n+1)/2) of the averages (x_i + x_j)/2 with i ≤ j. Ascending values.
double kth_pair_average(const std::vector<double>& ascending, std::int64_t k);
/// The k-th smallest (1 ≤ k ≤ n·m) of the differences x_i − y_j. Both ascending.
double kth_difference(const std::vector<double>& first, const std::vector<double>& second,
                      std::int64_t k);

double median_pair_average(const std::vector<double>& ascending);
double median_difference(const std::vector<double>& first, const std::vector<double>& second);

/// Pairs with x_i < y_j, and pairs with x_i = y_j.
struct PairOrder {
  std::int64_t below = 0, equal = 0;
};
PairOrder order_between(const std::vector<double>& first, const std::vector<double>& second);

}  // namespace winnow::stats
