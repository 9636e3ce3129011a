#include "searchers/stats/groups/friedman.hpp"

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/fisher_f.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <optional>

#include "searchers/stats/ranks.hpp"

namespace winnow::stats {
namespace {

constexpr std::size_t most_steps = 1'000'000;  // a block: tenths of a second
constexpr double most_ways = 1e300;            // what a double holds
constexpr std::size_t most_arms = 8;           // 8! orders of a block

using RankSums = std::vector<std::int64_t>;  // doubled, so that ties stay whole

std::vector<std::vector<double>> ranks_within(Blocks blocks) {
  std::vector<std::vector<double>> ranks;
  for (const std::vector<double>& block : blocks) ranks.push_back(mid_ranks(block).ranks);
  return ranks;
}

RankSums doubled(const std::vector<double>& ranks) {
  RankSums sums;
  for (double rank : ranks) sums.push_back(std::llround(2 * rank));
  return sums;
}

// In how many ways the rank sums come about, in ascending order (the statistic does not see which
// arm has which), block by block: every order of a block's ranks is as likely. Empty: too many.
std::map<RankSums, double> counts_of(const std::vector<std::vector<double>>& ranks) {
  const std::size_t k = ranks[0].size();
  std::map<RankSums, double> count{{RankSums(k, 0), 1.0}};
  double all = 1;
  for (const std::vector<double>& block : ranks) {
    std::vector<RankSums> orders;
    RankSums order = doubled(block);
    std::sort(order.begin(), order.end());
    do orders.push_back(order);
    while (std::next_permutation(order.begin(), order.end()));
    all *= static_cast<double>(orders.size());
    if (count.size() * orders.size() > most_steps || all > most_ways) return {};
    std::map<RankSums, double> next;
    for (const auto& [sums, ways] : count) {
      for (const RankSums& added : orders) {
        RankSums raised(k);
        std::transform(sums.begin(), sums.end(), added.begin(), raised.begin(), std::plus<>());
        std::sort(raised.begin(), raised.end());
        next[std::move(raised)] += ways;
      }
    }
    count = std::move(next);
  }
  return count;
}

std::int64_t squares(const RankSums& sums) {
  return std::inner_product(sums.begin(), sums.end(), sums.begin(), std::int64_t{0});
}

// P(Σ R² ≥ observed), of which χ² is a growing function; nothing where counting takes too long.
std::optional<double> exact_p(const std::vector<std::vector<double>>& ranks,
                              const RankSums& observed) {
  if (observed.size() > most_arms) return std::nullopt;
  double hits = 0, all = 0;
  for (const auto& [sums, ways] : counts_of(ranks)) {
    if (squares(sums) >= squares(observed)) hits += ways;
    all += ways;
  }
  if (all == 0) return std::nullopt;
  return hits / all;
}

double limit_of_chi_squared(double statistic, double degrees) {
  const boost::math::chi_squared_distribution<double> null(degrees);
  return cdf(complement(null, statistic));
}

// All blocks rank the arms alike: whatever order the first has, each other one repeats it. The
// limits would say 0 or nearly so.
double p_of_unanimity(const std::vector<std::vector<double>>& ranks) {
  double log_orders = boost::math::lgamma(static_cast<double>(ranks[0].size()) + 1);
  for (std::int64_t tied : mid_ranks(ranks[0]).group_sizes)
    log_orders -= boost::math::lgamma(static_cast<double>(tied) + 1);
  return std::exp((1 - static_cast<double>(ranks.size())) * log_orders);
}

double limit_of_f(double f, double numerator, double denominator) {
  const boost::math::fisher_f_distribution<double> null(numerator, denominator);
  return cdf(complement(null, f));
}

}  // namespace

Answer<Friedman> friedman(Blocks blocks, Effort effort) {
  expect(effort != Effort::monte_carlo, "Friedman's test has no Monte Carlo form here");
  if (auto fault = fault_of_blocks(blocks)) return *fault;
  const std::vector<std::vector<double>> ranks = ranks_within(blocks);
  const auto n = static_cast<double>(blocks.size()), k = static_cast<double>(blocks[0].size());

  Friedman result;
  std::vector<double> rank_sums(blocks[0].size(), 0.0);
  for (const std::vector<double>& block : ranks) {
    for (std::size_t j = 0; j < block.size(); ++j) {
      rank_sums[j] += block[j];
      result.squared_ranks += block[j] * block[j];
    }
  }
  double spread = 0;  // Σ (R − n (k + 1)/2)²
  for (double sum : rank_sums) {
    result.mean_ranks.push_back(sum / n);
    spread += (sum - n * (k + 1) / 2) * (sum - n * (k + 1) / 2);
  }
  const auto blocks_n = static_cast<std::int64_t>(blocks.size());
  result.chi_squared = {.n = blocks_n, .degrees = k - 1};
  result.iman_davenport = {
      .n = blocks_n, .degrees = k - 1, .denominator_degrees = (k - 1) * (n - 1)};
  const double correction = n * k * (k + 1) * (k + 1) / 4;
  if (result.squared_ranks == correction) return result;  // every block constant

  const double chi_squared = (k - 1) * spread / (result.squared_ranks - correction);
  const double most = n * (k - 1);
  result.kendalls_w = std::min(1.0, chi_squared / most);
  result.chi_squared.statistic = chi_squared;
  const bool is_unanimous = most - chi_squared <= 1e-12 * most;  // but for rounding
  result.iman_davenport.statistic = is_unanimous ? std::numeric_limits<double>::infinity()
                                                 : (n - 1) * chi_squared / (most - chi_squared);
  std::optional<double> p;
  if (is_unanimous) {
    p = p_of_unanimity(ranks);
  } else if (effort == Effort::automatic) {
    p = exact_p(ranks, doubled(rank_sums));
  }
  result.chi_squared.p = p ? *p : limit_of_chi_squared(chi_squared, k - 1);
  result.iman_davenport.p =
      p ? *p : limit_of_f(result.iman_davenport.statistic, k - 1, (k - 1) * (n - 1));
  result.chi_squared.method = result.iman_davenport.method =
      p ? Method::exact : Method::approximate;
  return result;
}

}  // namespace winnow::stats
