// Exact null distributions of rank statistics, by counting: a list that holds at s the probability
// (or number) of arrangements with the sum s. Ties are no obstacle, ranks being given as whole
// numbers (ranks.hpp).
#pragma once

#include <cstdint>
#include <vector>

namespace winnow::stats {

/// P(sum of a random subset = s), each rank taken with probability ½: Wilcoxon's signed ranks. The
/// recursion over items is that of Wilcoxon (1945). O(n Σ ranks).
std::vector<double> signed_rank_distribution(const std::vector<std::int64_t>& ranks);

/// P(sum of `size` of the ranks, all such choices equally likely, = s): Wilcoxon's rank sum, Mann
/// and Whitney's recursion (1947). O(n · size · largest sum).
std::vector<double> rank_sum_distribution(const std::vector<std::int64_t>& ranks, std::size_t size);

/// P(a random order of n has s inversions): Kendall (1938), "A new measure of rank correlation".
/// O(n · n²/2).
std::vector<double> inversion_distribution(std::size_t n);

/// P(S ≤ s) and P(S ≥ s) of such a list, each summed from its thin end.
struct Tails {
  double lower = 0, upper = 0;
};
Tails tails_at(const std::vector<double>& distribution, std::int64_t s);

/// The largest s with P(S ≤ s) < probability; −1 if there is none.
std::int64_t last_below(const std::vector<double>& distribution, double probability);

}  // namespace winnow::stats
