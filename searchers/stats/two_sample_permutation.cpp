#include "searchers/stats/two_sample_permutation.hpp"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/special_functions/binomial.hpp>
#include <cmath>

#include "searchers/numerics/rng.hpp"
#include "searchers/stats/distributions/subset_sums.hpp"
#include "searchers/stats/unit.hpp"

namespace winnow::stats {
namespace {

constexpr double most_draws = 2e9;  // of a value: tens of seconds of one core

// The smaller group's sum of deviations from the common mean decides: the larger group's is its
// negative, the difference of the means a multiple of it.
struct Problem {
  std::vector<double> deviations;  // of all values from their mean
  std::size_t size = 0;            // of the smaller group
  double observed = 0;             // sum of the smaller group's deviations
  double rounding = 0;             // sums closer together than this count as equal
};

Problem problem_of(Values first, Values second) {
  Problem problem;
  problem.deviations.assign(first.begin(), first.end());
  problem.deviations.insert(problem.deviations.end(), second.begin(), second.end());
  const double centre = mean(problem.deviations);
  double magnitude = 0, spread = 0;
  for (double& value : problem.deviations) {
    magnitude += std::abs(value);
    value -= centre;
    spread += std::abs(value);
  }
  const double unit = unit_of(problem.deviations);
  problem.deviations = in_units(problem.deviations, unit);
  // Of the values as they were written, and of as many additions of deviations.
  const auto n = static_cast<double>(problem.deviations.size());
  problem.rounding = 4 * 0x1p-53 * (magnitude + n * spread) / unit;
  const Values all = problem.deviations;
  const Values smaller =
      first.size() <= second.size() ? all.first(first.size()) : all.subspan(first.size());
  problem.size = smaller.size();
  problem.observed = sum(smaller);
  return problem;
}

// The tail in which the smaller group's sum lies out: the second group's is the first one's
// mirrored.
Tail tail_of_smaller(Tail tail, bool first_is_smaller) {
  if (tail == Tail::two_sided || first_is_smaller) return tail;
  return tail == Tail::greater ? Tail::less : Tail::greater;
}

double exact_p(const Problem& problem, Tail tail) {
  const SizedSubsets subsets(problem.deviations, problem.size);
  const auto all = boost::math::binomial_coefficient<double>(
      static_cast<unsigned>(problem.deviations.size()), static_cast<unsigned>(problem.size));
  // At least v: all but those below v.
  const auto at_least = [&](double v) {
    return std::round(all) -
           static_cast<double>(subsets.up_to(std::nextafter(v - problem.rounding, -INFINITY)));
  };
  const auto at_most = [&](double v) {
    return static_cast<double>(subsets.up_to(v + problem.rounding));
  };
  const double far = std::abs(problem.observed);
  if (tail == Tail::greater) return at_least(problem.observed) / all;
  if (tail == Tail::less) return at_most(problem.observed) / all;
  return std::min(1.0, (at_least(far) + at_most(-far)) / all);
}

bool is_hit(double sum, const Problem& problem, Tail tail) {
  if (tail == Tail::greater) return sum >= problem.observed - problem.rounding;
  if (tail == Tail::less) return sum <= problem.observed + problem.rounding;
  return std::abs(sum) >= std::abs(problem.observed) - problem.rounding;
}

// Each resample deals on from the order that the one before left: its first `size` places are a
// uniform draw whatever the order was (Durstenfeld 1964).
double sampled_p(Problem problem, Tail tail, const Sampling& sampling) {
  expect(sampling.resamples > 0, "a Monte Carlo test draws one sample or more");
  std::vector<double>& values = problem.deviations;
  search::Rng rng(sampling.seed, 0, "two-sample permutation");
  std::int64_t hits = 0;
  for (std::int64_t resample = 0; resample < sampling.resamples; ++resample) {
    double sum = 0;
    for (std::size_t i = 0; i < problem.size; ++i) {
      std::swap(values[i], values[i + static_cast<std::size_t>(rng.below(values.size() - i))]);
      sum += values[i];
    }
    hits += is_hit(sum, problem, tail) ? 1 : 0;
  }
  return static_cast<double>(hits + 1) / static_cast<double>(sampling.resamples + 1);
}

double normal_p(const Problem& problem, Tail tail) {
  const boost::math::normal_distribution<double> normal;
  const auto n = static_cast<double>(problem.deviations.size());
  const auto size = static_cast<double>(problem.size);
  const double spread = std::sqrt(size * (n - size) / n * variance(problem.deviations));
  const double z = problem.observed / spread;
  return p_of_tails(cdf(normal, z), cdf(complement(normal, z)), tail);
}

Method method_for(const Problem& problem, const PermutationQuestion& question) {
  if (question.effort == Effort::approximate) return Method::approximate;
  if (question.effort == Effort::monte_carlo) return Method::monte_carlo;
  if (problem.deviations.size() <= most_enumerated_items) return Method::exact;
  const double draws =
      static_cast<double>(problem.size) * static_cast<double>(question.sampling.resamples);
  return draws <= most_draws ? Method::monte_carlo : Method::approximate;
}

}  // namespace

Answer<TestResult> two_sample_permutation(Values first, Values second,
                                          const PermutationQuestion& question) {
  if (auto fault = fault_of(first, 1, "values of the first group")) return *fault;
  if (auto fault = fault_of(second, 1, "values of the second group")) return *fault;
  const Problem problem = problem_of(first, second);
  TestResult result{.statistic = mean(first) - mean(second),
                    .n = static_cast<std::int64_t>(problem.deviations.size())};
  const auto [low, high] = std::ranges::minmax(problem.deviations);
  if (low == high) return result;
  const Tail tail = tail_of_smaller(question.tail, first.size() <= second.size());
  result.method = method_for(problem, question);
  if (result.method == Method::exact) result.p = exact_p(problem, tail);
  if (result.method == Method::approximate) result.p = normal_p(problem, tail);
  if (result.method == Method::monte_carlo) {
    result.p = sampled_p(problem, tail, question.sampling);
    result.resamples = question.sampling.resamples;
  }
  return result;
}

}  // namespace winnow::stats
