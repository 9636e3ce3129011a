#include "searchers/stats/groups/critical_difference.hpp"

#include <algorithm>
#include <numeric>

#include "searchers/stats/pairs.hpp"
#include "searchers/stats/planning/feasibility.hpp"
#include "searchers/stats/signed_rank.hpp"

namespace winnow::stats {
namespace {

std::vector<std::size_t> order_of(const std::vector<double>& mean_ranks) {
  std::vector<std::size_t> order(mean_ranks.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return mean_ranks[a] < mean_ranks[b]; });
  return order;
}

std::vector<double> column(Blocks blocks, std::size_t j) {
  std::vector<double> values;
  for (const std::vector<double>& block : blocks) values.push_back(block[j]);
  return values;
}

std::vector<PairComparison> signed_rank_pairs(Blocks blocks, const Friedman& found) {
  std::vector<PairComparison> pairs;
  for (std::size_t a = 0; a < found.mean_ranks.size(); ++a) {
    for (std::size_t b = a + 1; b < found.mean_ranks.size(); ++b) {
      const Answer<Differences> between = differences(column(blocks, a), column(blocks, b));
      const Answer<SignedRank> test = signed_rank(*between);
      pairs.push_back(
          {a, b, found.mean_ranks[a] - found.mean_ranks[b], test->test.statistic, test->test.p});
    }
  }
  return pairs;
}

}  // namespace

std::vector<Bar> bars_of(const std::vector<std::size_t>& order,
                         const std::vector<PairComparison>& pairs, double alpha) {
  const auto told_apart = [&](std::size_t a, std::size_t b) {
    const auto found = std::find_if(pairs.begin(), pairs.end(), [&](const PairComparison& pair) {
      return pair.first == std::min(a, b) && pair.second == std::max(a, b);
    });
    expect(found != pairs.end(), "every pair of the order was compared");
    return rejects(found->p, alpha);
  };
  std::vector<Bar> bars;
  std::size_t first = 0;
  for (std::size_t next = 1; next <= order.size(); ++next) {
    // A run first … next − 1 ends before the first arm that differs from one of its members.
    std::size_t start = first;
    if (next < order.size())
      for (std::size_t i = first; i < next; ++i)
        if (told_apart(order[i], order[next])) start = i + 1;
    const bool ends = next == order.size() || start > first;
    if (ends && next - first >= 2) bars.push_back({first, next - 1});
    first = start;
  }
  return bars;
}

Answer<Ranking> rank_by_nemenyi(Blocks blocks, double alpha) {
  const Answer<PostHoc> compared = nemenyi(blocks);
  if (!compared) return compared.refusal();
  Ranking ranking{.friedman = compared->friedman,
                  .order = order_of(compared->friedman.mean_ranks),
                  .pairs = compared->pairs,
                  .bars = {},
                  .critical_difference = std::nullopt};
  ranking.bars = bars_of(ranking.order, ranking.pairs, alpha);
  ranking.critical_difference = nemenyi_critical_difference(
      static_cast<int>(ranking.order.size()), static_cast<std::int64_t>(blocks.size()), alpha);
  return ranking;
}

Answer<Ranking> rank_by_signed_ranks(Blocks blocks, double alpha, Correction correction) {
  const Answer<Friedman> found = friedman(blocks);
  if (!found) return found.refusal();
  const auto arms = static_cast<std::int64_t>(found->mean_ranks.size());
  const Design design{.test = ExactTest::signed_rank,
                      .n = static_cast<std::int64_t>(blocks.size())};
  if (auto fault = out_of_reach(design, alpha, arms * (arms - 1) / 2)) return *fault;

  Ranking ranking{.friedman = *found,
                  .order = order_of(found->mean_ranks),
                  .pairs = signed_rank_pairs(blocks, *found),
                  .bars = {},
                  .critical_difference = std::nullopt};
  std::vector<double> raw;
  for (const PairComparison& pair : ranking.pairs) raw.push_back(pair.p);
  const std::vector<double> corrected = *adjusted(raw, correction);
  for (std::size_t i = 0; i < corrected.size(); ++i) ranking.pairs[i].p = corrected[i];
  ranking.bars = bars_of(ranking.order, ranking.pairs, alpha);
  return ranking;
}

}  // namespace winnow::stats
