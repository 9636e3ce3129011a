#include "searchers/stats/signed_rank.hpp"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <numeric>

#include "searchers/stats/distributions/rank_counts.hpp"
#include "searchers/stats/order_of_pairs.hpp"
#include "searchers/stats/ranks.hpp"

namespace winnow::stats {
namespace {

constexpr std::size_t most_exact = 200;  // 8 million additions with ties

// Ranks of the sizes of the differences other than zero, and the sum of those of positive ones.
struct Signed {
  std::vector<double> ranks;
  double positive = 0;
  std::int64_t zeros = 0;
};

Signed signed_ranks(const Differences& pairs, Zeros zeros) {
  std::vector<double> sizes, kept;
  for (double value : pairs.values) {
    const bool is_zero = std::abs(value) <= pairs.rounding;
    if (is_zero && zeros == Zeros::dropped) continue;
    sizes.push_back(is_zero ? 0 : std::abs(value));
    kept.push_back(is_zero ? 0 : value);
  }
  const Ranks all = mid_ranks(sizes, pairs.rounding);
  Signed result;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (kept[i] == 0) continue;
    result.ranks.push_back(all.ranks[i]);
    if (kept[i] > 0) result.positive += all.ranks[i];
  }
  result.zeros = static_cast<std::int64_t>(pairs.values.size() - result.ranks.size());
  return result;
}

double exact_p(const Signed& data, Tail tail) {
  const WholeRanks whole = whole_ranks(data.ranks);
  const auto observed = std::llround(data.positive * static_cast<double>(whole.scale));
  const Tails tails = tails_at(signed_rank_shares(whole.ranks), observed);
  return p_of_tails(tails.lower, tails.upper, tail);
}

double normal_p(const Signed& data, double all_ranks, Tail tail) {
  const boost::math::normal_distribution<double> normal;
  const double squares =
      std::inner_product(data.ranks.begin(), data.ranks.end(), data.ranks.begin(), 0.0);
  const double spread = std::sqrt(squares) / 2, distance = data.positive - all_ranks / 2;
  return p_of_tails(cdf(normal, (distance + 0.5) / spread),
                    cdf(complement(normal, (distance - 0.5) / spread)), tail);
}

// The largest sum of n untied signed ranks whose lower tail is still below `outside`; −1: none is.
std::int64_t last_rejected(std::size_t n, double outside) {
  if (n <= most_exact) {
    std::vector<std::int64_t> ranks(n);
    std::iota(ranks.begin(), ranks.end(), 1);
    return last_below(signed_rank_shares(ranks), outside);
  }
  const boost::math::normal_distribution<double> normal;
  const auto m = static_cast<double>(n);
  const double spread = std::sqrt(m * (m + 1) * (2 * m + 1) / 24);
  const double limit = m * (m + 1) / 4 + quantile(normal, outside) * spread - 0.5;
  return static_cast<std::int64_t>(std::ceil(limit)) - 1;
}

}  // namespace

Answer<SignedRank> signed_rank(const Differences& pairs, const SignedRankQuestion& question) {
  expect(question.effort != Effort::monte_carlo, "the signed-rank test needs no Monte Carlo form");
  if (auto fault = fault_of(pairs.values, 1, "differences of pairs")) return *fault;
  const Signed data = signed_ranks(pairs, question.zeros);
  const double all_ranks = std::accumulate(data.ranks.begin(), data.ranks.end(), 0.0);
  const bool is_exact = question.effort == Effort::automatic && data.ranks.size() <= most_exact;

  SignedRank result{.zeros = data.zeros};
  result.test = {.statistic = data.positive,
                 .n = static_cast<std::int64_t>(pairs.values.size()),
                 .method = is_exact || data.ranks.empty() ? Method::exact : Method::approximate};
  if (!data.ranks.empty()) {
    result.test.p =
        is_exact ? exact_p(data, question.tail) : normal_p(data, all_ranks, question.tail);
    result.rank_biserial = 2 * data.positive / all_ranks - 1;
  }
  return result;
}

Answer<Centre> centre_of_ranks(const Differences& pairs, double level) {
  if (auto fault = fault_of(pairs.values, 1, "differences of pairs")) return *fault;
  const std::vector<double> ascending = sorted(pairs.values);
  Centre centre{.estimate = median_pair_average(ascending), .interval = std::nullopt};
  const double outside = outside_each_end(Tail::two_sided, level);
  const std::int64_t rejected = last_rejected(ascending.size(), outside);
  if (rejected < 0) return centre;
  const auto n = static_cast<std::int64_t>(ascending.size()), averages = n * (n + 1) / 2;
  centre.interval = Interval{.low = kth_pair_average(ascending, rejected + 1),
                             .high = kth_pair_average(ascending, averages - rejected),
                             .level = level};
  return centre;
}

}  // namespace winnow::stats
