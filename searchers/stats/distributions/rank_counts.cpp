#include "searchers/stats/distributions/rank_counts.hpp"

#include <algorithm>
#include <numeric>

#include "searchers/problem/error.hpp"

namespace winnow::stats {
namespace {

std::size_t index(std::int64_t rank) {
  expect(rank >= 0, "ranks are not negative");
  return static_cast<std::size_t>(rank);
}

double sum_of(const std::vector<double>& counts) {
  return std::accumulate(counts.begin(), counts.end(), 0.0);
}

}  // namespace

std::vector<double> signed_rank_shares(const std::vector<std::int64_t>& ranks) {
  std::vector<double> share{1.0};
  for (std::int64_t rank : ranks) {
    const std::size_t step = index(rank), old_size = share.size();
    share.resize(old_size + step, 0.0);
    for (std::size_t s = share.size(); s-- > 0;) {
      const double kept = s < old_size ? share[s] : 0, raised = s >= step ? share[s - step] : 0;
      share[s] = (kept + raised) / 2;
    }
  }
  return share;
}

std::vector<double> rank_sum_counts(const std::vector<std::int64_t>& ranks, std::size_t size) {
  expect(size <= ranks.size(), "more ranks are chosen than there are");
  std::vector<std::int64_t> descending = ranks;
  std::sort(descending.begin(), descending.end(), std::greater<>());
  const std::int64_t most = std::accumulate(
      descending.begin(), descending.begin() + static_cast<std::ptrdiff_t>(size), std::int64_t{0});
  // count[k][s]: choices of k of the ranks seen so far with the sum s. As doubles: relative errors
  // of sums of positive numbers stay small.
  std::vector<std::vector<double>> count(size + 1, std::vector<double>(index(most) + 1, 0.0));
  count[0][0] = 1;
  for (std::int64_t rank : ranks) {
    const std::size_t step = index(rank);
    for (std::size_t k = size; k > 0; --k)
      for (std::size_t s = step; s < count[k].size(); ++s) count[k][s] += count[k - 1][s - step];
  }
  return std::move(count[size]);
}

std::vector<double> inversion_counts(std::size_t n) {
  expect(n <= 170, "the orders of more items than 170 are too many for a double");
  std::vector<double> count{1.0};
  for (std::size_t items = 2; items <= n; ++items) {
    // The new item stands behind 0 … items − 1 smaller places.
    std::vector<double> next(count.size() + items - 1, 0.0);
    for (std::size_t s = 0; s < count.size(); ++s)
      for (std::size_t added = 0; added < items; ++added) next[s + added] += count[s];
    count = std::move(next);
  }
  return count;
}

Tails tails_at(const std::vector<double>& counts, std::int64_t s) {
  expect(s >= 0 && s < static_cast<std::int64_t>(counts.size()), "a sum that can occur");
  Tails tails;
  for (std::size_t k = 0; k <= index(s); ++k) tails.lower += counts[k];
  for (std::size_t k = counts.size(); k-- > index(s);) tails.upper += counts[k];
  const double all = sum_of(counts);
  return {std::min(1.0, tails.lower / all), std::min(1.0, tails.upper / all)};
}

std::int64_t last_below(const std::vector<double>& counts, double probability) {
  const double all = sum_of(counts);
  double sum = 0;
  for (std::size_t s = 0; s < counts.size(); ++s) {
    sum += counts[s];
    if (sum / all >= probability) return static_cast<std::int64_t>(s) - 1;
  }
  return static_cast<std::int64_t>(counts.size()) - 1;
}

}  // namespace winnow::stats
