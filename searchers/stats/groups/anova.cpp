#include "searchers/stats/groups/anova.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/fisher_f.hpp>

#include "searchers/stats/distributions/noncentral.hpp"

namespace winnow::stats {
namespace {

double upper_tail_of_f(double f, double numerator, double denominator) {
  const boost::math::fisher_f_distribution<double> null(numerator, denominator);
  return cdf(complement(null, f));
}

}  // namespace

Answer<Anova> one_way_anova(Groups groups, double level) {
  if (auto fault = fault_of_groups(groups, 1)) return *fault;
  const std::vector<double> all = joined(groups);
  const auto k = static_cast<double>(groups.size()), n = static_cast<double>(all.size());
  const auto needed = static_cast<std::int64_t>(groups.size()) + 1;
  if (auto fault = fault_of(all, needed, "values of all groups")) return *fault;
  // A spread whose square is no number is none either.
  const auto is_still = [](Values group) { return is_constant(group) || variance(group) == 0; };
  if (std::all_of(groups.begin(), groups.end(), is_still)) {
    return Refusal{Cause::constant,
                   "no group varies: an analysis of variance has no measure of chance; check that "
                   "the seed reaches what is measured"};
  }
  Anova result;
  const double centre = mean(all);
  for (const std::vector<double>& group : groups) {
    const auto size = static_cast<double>(group.size());
    const double distance = mean(group) - centre;
    result.between_squares += size * distance * distance;
    if (group.size() > 1) result.within_squares += (size - 1) * variance(group);
  }
  const double within = result.within_squares / (n - k);
  const double f = result.between_squares / (k - 1) / within;
  const double total = result.between_squares + result.within_squares;
  result.test = {.statistic = f,
                 .p = upper_tail_of_f(f, k - 1, n - k),
                 .n = static_cast<std::int64_t>(all.size()),
                 .degrees = k - 1,
                 .denominator_degrees = n - k};
  result.eta_squared = result.between_squares / total;
  result.omega_squared = (result.between_squares - (k - 1) * within) / (total + within);
  const Interval lambda = noncentral_f_interval(f, k - 1, n - k, level);
  result.eta_squared_interval = {.low = lambda.low / (lambda.low + n),
                                 .high = lambda.high / (lambda.high + n),
                                 .level = level};
  return result;
}

Answer<TestResult> welch_anova(Groups groups) {
  if (auto fault = fault_of_groups(groups, 2)) return *fault;
  std::vector<double> weights, means;
  double all_weights = 0, weighted_sum = 0;
  std::int64_t n = 0;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (is_constant(groups[i]) || variance(groups[i]) == 0) {
      return Refusal{Cause::constant,
                     fmt::format("group {} does not vary: its mean would count without limit; "
                                 "use the Kruskal-Wallis test",
                                 i + 1)};
    }
    weights.push_back(static_cast<double>(groups[i].size()) / variance(groups[i]));
    means.push_back(mean(groups[i]));
    all_weights += weights.back();
    weighted_sum += weights.back() * means.back();
    n += static_cast<std::int64_t>(groups[i].size());
  }
  const auto k = static_cast<double>(groups.size());
  double between = 0, unevenness = 0;  // Σ (1 − w/W)² / (n − 1)
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const double distance = means[i] - weighted_sum / all_weights;
    const double rest = 1 - weights[i] / all_weights;
    between += weights[i] * distance * distance / (k - 1);
    unevenness += rest * rest / static_cast<double>(groups[i].size() - 1);
  }
  const double f = between / (1 + 2 * (k - 2) / (k * k - 1) * unevenness);
  const double denominator = (k * k - 1) / (3 * unevenness);
  return TestResult{.statistic = f,
                    .p = upper_tail_of_f(f, k - 1, denominator),
                    .n = n,
                    .method = Method::approximate,
                    .degrees = k - 1,
                    .denominator_degrees = denominator};
}

}  // namespace winnow::stats
