#include "searchers/stats/mann_whitney.hpp"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <numeric>

#include "searchers/stats/distributions/rank_counts.hpp"
#include "searchers/stats/order_of_pairs.hpp"
#include "searchers/stats/ranks.hpp"

namespace winnow::stats {
namespace {

constexpr double most_additions = 1e8;  // a tenth of a second

struct Problem {
  Ranks all;  // of both groups together, the first group's first
  double first_n = 0, second_n = 0;
  double first_sum = 0;  // of the first group's ranks
};

Problem problem_of(Values first, Values second) {
  std::vector<double> both(first.begin(), first.end());
  both.insert(both.end(), second.begin(), second.end());
  Problem problem{.all = mid_ranks(both),
                  .first_n = static_cast<double>(first.size()),
                  .second_n = static_cast<double>(second.size())};
  const auto begin = problem.all.ranks.begin();
  problem.first_sum =
      std::accumulate(begin, begin + static_cast<std::ptrdiff_t>(first.size()), 0.0);
  return problem;
}

double additions(double first_n, double second_n, bool has_ties) {
  const double n = first_n + second_n, size = std::min(first_n, second_n);
  return n * size * (size * (2 * n - size + 1) / 2) * (has_ties ? 2 : 1);
}

double exact_p(const Problem& problem, Tail tail) {
  const WholeRanks whole = whole_ranks(problem.all.ranks);
  const auto scale = static_cast<double>(whole.scale);
  const double n = problem.first_n + problem.second_n;
  const bool counts_first = problem.first_n <= problem.second_n;
  const double sum = counts_first ? problem.first_sum : n * (n + 1) / 2 - problem.first_sum;
  const auto size = static_cast<std::size_t>(std::min(problem.first_n, problem.second_n));
  const Tails tails = tails_at(rank_sum_counts(whole.ranks, size), std::llround(sum * scale));
  return counts_first ? p_of_tails(tails.lower, tails.upper, tail)
                      : p_of_tails(tails.upper, tails.lower, tail);
}

double spread_of_u(double first_n, double second_n, double tie_term) {
  const double n = first_n + second_n;
  return std::sqrt(first_n * second_n / 12 * (n + 1 - tie_term / (n * (n - 1))));
}

double normal_p(const Problem& problem, double u, Tail tail) {
  const boost::math::normal_distribution<double> normal;
  const double spread = spread_of_u(problem.first_n, problem.second_n, problem.all.tie_term());
  const double distance = u - problem.first_n * problem.second_n / 2;
  return p_of_tails(cdf(normal, (distance + 0.5) / spread),
                    cdf(complement(normal, (distance - 0.5) / spread)), tail);
}

// The largest U without ties whose lower tail is still below `outside`; −1: none is.
std::int64_t last_rejected(double first_n, double second_n, double outside) {
  if (additions(first_n, second_n, false) <= most_additions) {
    std::vector<std::int64_t> ranks(static_cast<std::size_t>(first_n + second_n));
    std::iota(ranks.begin(), ranks.end(), 1);
    const double size = std::min(first_n, second_n);
    const auto least_sum = static_cast<std::int64_t>(size * (size + 1) / 2);
    const auto sums = rank_sum_counts(ranks, static_cast<std::size_t>(size));
    return std::max<std::int64_t>(-1, last_below(sums, outside) - least_sum);
  }
  const boost::math::normal_distribution<double> normal;
  const double limit =
      first_n * second_n / 2 + quantile(normal, outside) * spread_of_u(first_n, second_n, 0) - 0.5;
  return std::max<std::int64_t>(-1, static_cast<std::int64_t>(std::ceil(limit)) - 1);
}

std::optional<Refusal> fault_of_groups(Values first, Values second) {
  if (auto fault = fault_of(first, 1, "values of the first group")) return fault;
  return fault_of(second, 1, "values of the second group");
}

}  // namespace

Answer<TestResult> mann_whitney(Values first, Values second, const MannWhitneyQuestion& question) {
  expect(question.effort != Effort::monte_carlo, "the Mann-Whitney test needs no Monte Carlo form");
  if (auto fault = fault_of_groups(first, second)) return *fault;
  const Problem problem = problem_of(first, second);
  const double n_1 = problem.first_n, n_2 = problem.second_n;
  const double u = problem.first_sum - n_1 * (n_1 + 1) / 2;
  TestResult result{.statistic = u, .n = static_cast<std::int64_t>(n_1 + n_2)};
  if (problem.all.group_sizes.size() == 1) return result;  // all equal
  const bool is_exact = question.effort == Effort::automatic &&
                        additions(n_1, n_2, problem.all.has_ties()) <= most_additions;
  result.method = is_exact ? Method::exact : Method::approximate;
  result.p = is_exact ? exact_p(problem, question.tail) : normal_p(problem, u, question.tail);
  return result;
}

Answer<Shift> shift_between(Values first, Values second, double level) {
  if (auto fault = fault_of_groups(first, second)) return *fault;
  const std::vector<double> ascending_1 = sorted(first), ascending_2 = sorted(second);
  Shift shift{.estimate = median_difference(ascending_1, ascending_2), .interval = std::nullopt};
  const double outside = outside_each_end(Tail::two_sided, level);
  const auto n_1 = static_cast<double>(first.size()), n_2 = static_cast<double>(second.size());
  const std::int64_t rejected = last_rejected(n_1, n_2, outside);
  if (rejected < 0) return shift;
  const auto pairs = static_cast<std::int64_t>(n_1 * n_2);
  shift.interval = Interval{.low = kth_difference(ascending_1, ascending_2, rejected + 1),
                            .high = kth_difference(ascending_1, ascending_2, pairs - rejected),
                            .level = level};
  return shift;
}

}  // namespace winnow::stats
