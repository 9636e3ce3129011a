#include "searchers/stats/ranks.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace winnow::stats {

double Ranks::tie_term() const {
  double term = 0;
  for (std::int64_t size : group_sizes) {
    const auto t = static_cast<double>(size);
    term += t * t * t - t;
  }
  return term;
}

Ranks mid_ranks(Values values, double rounding) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  Ranks result{.ranks = std::vector<double>(values.size()), .group_sizes = {}};
  for (std::size_t first = 0, end = 0; first < order.size(); first = end) {
    end = first + 1;
    while (end < order.size() && values[order[end]] - values[order[end - 1]] <= rounding) ++end;
    const double shared = static_cast<double>(first + 1 + end) / 2;  // mean of first + 1 … end
    for (std::size_t i = first; i < end; ++i) result.ranks[order[i]] = shared;
    result.group_sizes.push_back(static_cast<std::int64_t>(end - first));
  }
  return result;
}

WholeRanks whole_ranks(const std::vector<double>& ranks) {
  const bool whole =
      std::all_of(ranks.begin(), ranks.end(), [](double rank) { return rank == std::floor(rank); });
  WholeRanks result{.ranks = {}, .scale = whole ? 1 : 2};
  result.ranks.reserve(ranks.size());
  for (double rank : ranks)
    result.ranks.push_back(std::llround(rank * static_cast<double>(result.scale)));
  return result;
}

}  // namespace winnow::stats
