// How many subsets of a list have a sum up to some limit? The exact null distribution of
// permutation tests. The list is cut in half, the sums of each half's subsets are kept in order,
// and both lists are walked against each other (Horowitz, Sahni 1974, "Computing partitions with
// applications to the knapsack problem"): 2^(n/2) steps instead of 2^n; 40 items take hundredths of
// a second.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace winnow::stats {

/// Two lists of 2^20 doubles: 16 MB.
constexpr std::size_t most_enumerated_items = 40;

/// Subsets (of 2^n, the empty one included) whose sum is at most `limit`. Needs at most 40 items.
std::int64_t subsets_up_to(std::span<const double> items, double limit);

/// Sums of the subsets of a fixed size, for questions about several limits.
class SizedSubsets {
 public:
  /// Needs size ≤ items ≤ 40.
  SizedSubsets(std::span<const double> items, std::size_t size);

  /// Subsets of that size with a sum of at most `limit`.
  std::int64_t up_to(double limit) const;

 private:
  using SumsBySize =
      std::vector<std::vector<double>>;  // at k: of the subsets of k items, ascending
  static SumsBySize sums_by_size(std::span<const double> items);

  std::size_t size_;
  SumsBySize left_, right_;
};

}  // namespace winnow::stats
