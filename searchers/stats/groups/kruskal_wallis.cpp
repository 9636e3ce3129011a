#include "searchers/stats/groups/kruskal_wallis.hpp"

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <numeric>

#include "searchers/numerics/rng.hpp"
#include "searchers/stats/ranks.hpp"

namespace winnow::stats {
namespace {

constexpr double most_arrangements = 2e6;  // tenths of a second
// H is a sum of squared rank sums over sizes: values closer than this part of it are the same.
constexpr double same = 1e-12;

struct Problem {
  std::vector<double> ranks;
  std::vector<std::size_t> sizes;
  double tie_term = 0;
};

// Σ R²/n: the part of H that depends on the arrangement.
double spread_of(const std::vector<double>& rank_sums, const std::vector<std::size_t>& sizes) {
  double spread = 0;
  for (std::size_t j = 0; j < sizes.size(); ++j)
    spread += rank_sums[j] * rank_sums[j] / static_cast<double>(sizes[j]);
  return spread;
}

std::vector<double> rank_sums_of(const Problem& problem) {
  std::vector<double> sums;
  auto next = problem.ranks.begin();
  for (std::size_t size : problem.sizes) {
    sums.push_back(std::accumulate(next, next + static_cast<std::ptrdiff_t>(size), 0.0));
    next += static_cast<std::ptrdiff_t>(size);
  }
  return sums;
}

double log_arrangements(const Problem& problem) {
  double log_count = boost::math::lgamma(static_cast<double>(problem.ranks.size()) + 1);
  for (std::size_t size : problem.sizes)
    log_count -= boost::math::lgamma(static_cast<double>(size) + 1);
  return log_count;
}

// Deals the ranks out one after the other, to every group that has room.
class Enumeration {
 public:
  Enumeration(const Problem& problem, double observed)
      : problem_(problem),
        least_hit_(observed * (1 - same)),
        room_(problem.sizes),
        sums_(problem.sizes.size()) {
    deal(0);
  }
  double p() const { return static_cast<double>(hits_) / static_cast<double>(all_); }

 private:
  void deal(std::size_t item) {
    if (item == problem_.ranks.size()) {
      ++all_;
      if (spread_of(sums_, problem_.sizes) >= least_hit_) ++hits_;
      return;
    }
    for (std::size_t j = 0; j < room_.size(); ++j) {
      if (room_[j] == 0) continue;
      --room_[j];
      sums_[j] += problem_.ranks[item];  // multiples of ½: exact
      deal(item + 1);
      sums_[j] -= problem_.ranks[item];
      ++room_[j];
    }
  }

  const Problem& problem_;
  double least_hit_;
  std::vector<std::size_t> room_;
  std::vector<double> sums_;
  std::int64_t hits_ = 0, all_ = 0;
};

double sampled_p(Problem problem, double observed, const Sampling& sampling) {
  expect(sampling.resamples > 0, "a Monte Carlo test draws one sample or more");
  search::Rng rng(sampling.seed, 0, "kruskal wallis");
  std::int64_t hits = 0;
  for (std::int64_t resample = 0; resample < sampling.resamples; ++resample) {
    rng.shuffle(std::span(problem.ranks));
    hits += spread_of(rank_sums_of(problem), problem.sizes) >= observed * (1 - same) ? 1 : 0;
  }
  return static_cast<double>(hits + 1) / static_cast<double>(sampling.resamples + 1);
}

double limit_p(double h, double degrees) {
  const boost::math::chi_squared_distribution<double> null(degrees);
  return cdf(complement(null, h));
}

Method method_for(const Problem& problem, Effort effort) {
  if (effort == Effort::monte_carlo) return Method::monte_carlo;
  const bool is_small = log_arrangements(problem) <= std::log(most_arrangements);
  return effort == Effort::automatic && is_small ? Method::exact : Method::approximate;
}

}  // namespace

Answer<KruskalWallis> kruskal_wallis(Groups groups, Effort effort, const Sampling& sampling) {
  if (auto fault = fault_of_groups(groups, 1)) return *fault;
  const std::vector<double> all = joined(groups);
  const Ranks ranks = mid_ranks(all);
  Problem problem{.ranks = ranks.ranks, .sizes = {}, .tie_term = ranks.tie_term()};
  for (const std::vector<double>& group : groups) problem.sizes.push_back(group.size());

  const auto n = static_cast<double>(all.size());
  const std::vector<double> rank_sums = rank_sums_of(problem);
  KruskalWallis result;
  result.test = {.n = static_cast<std::int64_t>(all.size()),
                 .degrees = static_cast<double>(groups.size() - 1)};
  for (std::size_t j = 0; j < groups.size(); ++j)
    result.mean_ranks.push_back(rank_sums[j] / static_cast<double>(problem.sizes[j]));
  if (ranks.group_sizes.size() == 1) return result;

  const double spread = spread_of(rank_sums, problem.sizes);
  const double untied = 12 / (n * (n + 1)) * spread - 3 * (n + 1);
  const double h = untied / (1 - problem.tie_term / (n * n * n - n));
  result.test.statistic = h;
  result.epsilon_squared = h / (n - 1);
  result.test.method = method_for(problem, effort);
  if (result.test.method == Method::exact) result.test.p = Enumeration(problem, spread).p();
  if (result.test.method == Method::approximate) result.test.p = limit_p(h, *result.test.degrees);
  if (result.test.method == Method::monte_carlo) {
    result.test.p = sampled_p(problem, spread, sampling);
    result.test.resamples = sampling.resamples;
  }
  return result;
}

}  // namespace winnow::stats
