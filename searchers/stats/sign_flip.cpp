#include "searchers/stats/sign_flip.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <limits>

#include "searchers/numerics/rng.hpp"
#include "searchers/stats/distributions/subset_sums.hpp"
#include "searchers/stats/planning/feasibility.hpp"
#include "searchers/stats/unit.hpp"

namespace winnow::stats {
namespace {

constexpr double most_additions = 2e9;  // seconds of one core
// Berry, Esseen: |P − Φ| ≤ 0.5600 Σ|d|³ / (Σd²)^(3/2); the constant is Shevtsova's (2010).
constexpr double berry_esseen = 0.56;
constexpr double normal_enough = 0.005;

// Sums that differ by rounding only count as equal, to the disadvantage of a rejection.
double rounding_of_sum(Values values, double rounding_of_each) {
  double magnitude = 0;
  for (double value : values) magnitude += std::abs(value);
  const auto n = static_cast<double>(values.size());
  return n * rounding_of_each + 4 * n * 0x1p-53 * magnitude;
}

// For `resamples` random patterns of signs, the sum over the items whose bit is set. 32 items share
// a word of random bits, whose four bytes each look up the sum of eight items. Word w of the list
// has the stream (seed, w).
std::vector<double> sums_of_random_subsets(Values items, const Sampling& sampling) {
  std::vector<double> sums(static_cast<std::size_t>(sampling.resamples), 0.0);
  std::array<std::array<double, 256>, 4> sum_of_byte{};
  for (std::size_t first = 0; first < items.size(); first += 32) {
    for (std::size_t byte = 0; byte < 4; ++byte) {
      for (std::size_t bits = 1; bits < 256; ++bits) {
        const auto lowest = static_cast<std::size_t>(std::countr_zero(bits));
        const std::size_t item = first + 8 * byte + lowest;
        sum_of_byte[byte][bits] =
            sum_of_byte[byte][bits & (bits - 1)] + (item < items.size() ? items[item] : 0);
      }
    }
    search::Rng rng(sampling.seed, static_cast<std::int64_t>(first / 32), "sign flip");
    for (double& sum : sums) {
      const std::uint32_t bits = rng.bits32();
      sum += (sum_of_byte[0][bits & 255] + sum_of_byte[1][(bits >> 8) & 255]) +
             (sum_of_byte[2][(bits >> 16) & 255] + sum_of_byte[3][bits >> 24]);
    }
  }
  return sums;
}

// What the test works on: differences other than zero.
struct Problem {
  std::vector<double> items;
  double total = 0;      // their sum: the statistic
  double magnitude = 0;  // Σ|d|: the sum with all signs positive
  double rounding = 0;
};

// In units in which the limit's squares and cubes are numbers; no other step sees a difference.
Problem problem_of(const Differences& pairs, double shift) {
  Problem problem;
  for (double value : pairs.values)
    if (std::abs(value - shift) > pairs.rounding) problem.items.push_back(value - shift);
  const double unit = unit_of(problem.items);
  problem.items = in_units(problem.items, unit);
  problem.total = sum(problem.items);
  for (double item : problem.items) problem.magnitude += std::abs(item);
  problem.rounding = rounding_of_sum(problem.items, pairs.rounding / unit);
  return problem;
}

// P(sum ≥ at_least): flipping a subset F of the magnitudes takes 2 Σ_F |d| from Σ |d|.
double exact_upper_tail(const Problem& problem, double at_least) {
  std::vector<double> magnitudes;
  for (double item : problem.items) magnitudes.push_back(std::abs(item));
  const double limit = (problem.magnitude - at_least + problem.rounding) / 2;
  const auto hits = static_cast<double>(subsets_up_to(magnitudes, limit));
  return hits * std::exp2(-static_cast<double>(magnitudes.size()));
}

double exact_p(const Problem& problem, Tail tail) {
  if (tail == Tail::greater) return exact_upper_tail(problem, problem.total);
  if (tail == Tail::less) return exact_upper_tail(problem, -problem.total);
  return std::min(1.0, 2 * exact_upper_tail(problem, std::abs(problem.total)));
}

double sampled_p(const Problem& problem, Tail tail, const Sampling& sampling) {
  expect(sampling.resamples > 0, "a Monte Carlo test draws one sample or more");
  const std::vector<double> flipped = sums_of_random_subsets(problem.items, sampling);
  std::int64_t hits = 0;
  for (double sum_of_flipped : flipped) {
    const double sum = problem.total - 2 * sum_of_flipped;
    const bool is_hit = tail == Tail::greater ? sum >= problem.total - problem.rounding
                        : tail == Tail::less
                            ? sum <= problem.total + problem.rounding
                            : std::abs(sum) >= std::abs(problem.total) - problem.rounding;
    hits += is_hit ? 1 : 0;
  }
  return static_cast<double>(hits + 1) / static_cast<double>(sampling.resamples + 1);
}

double squares_of(const Problem& problem) {
  double squares = 0;
  for (double item : problem.items) squares += item * item;
  return squares;
}

double normal_p(const Problem& problem, Tail tail) {
  const boost::math::normal_distribution<double> normal;
  const double z = problem.total / std::sqrt(squares_of(problem));
  return p_of_tails(cdf(normal, z), cdf(complement(normal, z)), tail);
}

bool is_nearly_normal(const Problem& problem) {
  double cubes = 0;
  for (double item : problem.items) cubes += std::abs(item * item * item);
  return berry_esseen * cubes <= normal_enough * std::pow(squares_of(problem), 1.5);
}

// `most_items`: how many differences may have to be enumerated.
Method method_for(const Problem& problem, std::size_t most_items,
                  const SignFlipQuestion& question) {
  if (question.effort == Effort::approximate) return Method::approximate;
  if (question.effort == Effort::monte_carlo) return Method::monte_carlo;
  if (most_items <= most_enumerated_items) return Method::exact;
  const double additions = static_cast<double>(problem.items.size()) / 8 *
                           static_cast<double>(question.sampling.resamples);
  const bool is_costly = additions > most_additions;
  return is_costly && is_nearly_normal(problem) ? Method::approximate : Method::monte_carlo;
}

// The least shift not rejected in favour of a greater centre, by halving: the p-value rises with
// the shift, from one pattern's share below all differences to 1 above them.
double exact_lower_end(const Differences& pairs, double outside) {
  const auto [least, most] = std::minmax_element(pairs.values.begin(), pairs.values.end());
  const double resolution =
      std::max(0x1p-52 * std::max(std::abs(*least), std::abs(*most)), pairs.rounding / 8);
  double rejected = *least - 4 * resolution - pairs.rounding, kept = *most;
  while (kept - rejected > resolution) {
    const double middle = rejected + (kept - rejected) / 2;
    const Problem problem = problem_of(pairs, middle);
    const bool is_kept =
        problem.items.empty() || exact_upper_tail(problem, problem.total) >= outside;
    (is_kept ? kept : rejected) = middle;
  }
  return kept;
}

// At shift s a pattern that flips the subset F reaches the observed sum where F's mean is at most
// s, and an empty F always does. So the shift first kept is an order statistic of such means.
double sampled_lower_end(const Differences& pairs, double outside, const Sampling& sampling) {
  const std::vector<double> ones(pairs.values.size(), 1.0);
  std::vector<double> means = sums_of_random_subsets(pairs.values, sampling);
  const std::vector<double> sizes = sums_of_random_subsets(ones, sampling);
  for (std::size_t i = 0; i < means.size(); ++i)
    means[i] = sizes[i] > 0 ? means[i] / sizes[i] : -std::numeric_limits<double>::infinity();
  const double needed = std::ceil(outside * static_cast<double>(means.size() + 1)) - 1;
  if (needed < 1) return -std::numeric_limits<double>::infinity();  // too few resamples
  const auto place = means.begin() + static_cast<std::ptrdiff_t>(needed) - 1;
  std::nth_element(means.begin(), place, means.end());
  return *place;
}

// Solves (mean − s)² n² = z² Σ (d − s)² for s.
double normal_lower_end(const Differences& pairs, double outside) {
  const boost::math::normal_distribution<double> normal;
  const double z = quantile(complement(normal, outside));
  const auto n = static_cast<double>(pairs.values.size());
  const double squares = variance(pairs.values) * (n - 1);
  return mean(pairs.values) - z * std::sqrt(squares / (n * (n - z * z)));
}

double lower_end(const Differences& pairs, double outside, Method method,
                 const Sampling& sampling) {
  if (method == Method::exact) return exact_lower_end(pairs, outside);
  if (method == Method::approximate) return normal_lower_end(pairs, outside);
  return sampled_lower_end(pairs, outside, sampling);
}

}  // namespace

Answer<SignFlip> sign_flip(const Differences& pairs, const SignFlipQuestion& question) {
  if (auto fault = fault_of(pairs.values, 1, "differences of pairs")) return *fault;
  const Problem problem = problem_of(pairs, 0);
  const Method method = method_for(problem, problem.items.size(), question);
  SignFlip result;
  result.zeros = static_cast<std::int64_t>(pairs.values.size() - problem.items.size());
  result.test.statistic = mean(pairs.values);
  result.test.n = static_cast<std::int64_t>(pairs.values.size());
  result.test.method = method;
  if (problem.items.empty()) {
    result.test.method = Method::exact;
    return result;  // p = 1: every pattern of signs gives the same sum
  }
  if (method == Method::exact) result.test.p = exact_p(problem, question.tail);
  if (method == Method::approximate) result.test.p = normal_p(problem, question.tail);
  if (method == Method::monte_carlo) {
    result.test.p = sampled_p(problem, question.tail, question.sampling);
    result.test.resamples = question.sampling.resamples;
  }
  return result;
}

Answer<Interval> sign_flip_interval(const Differences& pairs, double level,
                                    const SignFlipQuestion& question) {
  if (auto fault = fault_of(pairs.values, 1, "differences of pairs")) return *fault;
  const double outside = outside_each_end(question.tail, level);
  const auto n = static_cast<std::int64_t>(pairs.values.size());
  const Design design{.test = ExactTest::sign_flip, .tail = question.tail, .n = n};
  if (auto fault = out_of_reach(design, 1 - level)) return *fault;

  Differences turned = pairs;
  for (double& value : turned.values) value = -value;
  const Problem about_mean = problem_of(pairs, mean(pairs.values));
  const Method method = method_for(about_mean, pairs.values.size(), question);
  Interval interval{.level = level};
  if (question.tail != Tail::less)
    interval.low = lower_end(pairs, outside, method, question.sampling);
  if (question.tail != Tail::greater)
    interval.high = -lower_end(turned, outside, method, question.sampling);
  return interval;
}

}  // namespace winnow::stats
