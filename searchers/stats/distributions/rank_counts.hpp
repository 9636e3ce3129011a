// Exact null distributions of rank statistics, by counting: a list that holds at s in how many
// arrangements the sum is s (or in which part of them). Ties are no obstacle, ranks being given as
// whole numbers (ranks.hpp). Up to 2^53 arrangements the counts are exact, beyond they keep all
// digits but the last few.
#pragma once

#include <cstdint>
#include <vector>

namespace winnow::stats {

/// Part of the subsets whose sum is s: Wilcoxon's signed ranks, by the recursion of Wilcoxon
/// (1945). O(n Σ ranks).
std::vector<double> signed_rank_shares(const std::vector<std::int64_t>& ranks);

/// Subsets of `size` ranks whose sum is s: Wilcoxon's rank sum, by the recursion of Mann, Whitney
/// (1947). O(n · size · largest sum).
std::vector<double> rank_sum_counts(const std::vector<std::int64_t>& ranks, std::size_t size);

/// Orders of n items with s inversions: Kendall (1938), "A new measure of rank correlation". O(n³).
/// Needs n ≤ 170.
std::vector<double> inversion_counts(std::size_t n);

/// P(S ≤ s) and P(S ≥ s) of such a list, each summed from its thin end.
struct Tails {
  double lower = 0, upper = 0;
};
Tails tails_at(const std::vector<double>& counts, std::int64_t s);

/// The largest s with P(S ≤ s) < probability; −1 if there is none.
std::int64_t last_below(const std::vector<double>& counts, double probability);

}  // namespace winnow::stats
