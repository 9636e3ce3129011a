#include "searchers/stats/resampling/interval_of_replicates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>

#include "searchers/stats/unit.hpp"

namespace winnow::stats {
namespace {

std::optional<Refusal> fault_of_replicates(Values replicates) {
  return fault_of(replicates, 2, "values of the statistic on resamples");
}

// Part of the replicates below the estimate, equal ones as a half.
double part_below(const std::vector<double>& ascending, double estimate) {
  const auto [first, last] = std::equal_range(ascending.begin(), ascending.end(), estimate);
  const auto below = static_cast<double>(first - ascending.begin());
  const auto equal = static_cast<double>(last - first);
  return (below + equal / 2) / static_cast<double>(ascending.size());
}

constexpr double most_draws = 5e9;

}  // namespace

std::optional<Refusal> fault_of_draws(std::size_t values, const Sampling& sampling) {
  expect(sampling.resamples >= 2, "a bootstrap draws two resamples or more");
  const double of_one = static_cast<double>(values);
  if (of_one * static_cast<double>(sampling.resamples) <= most_draws) return std::nullopt;
  return Refusal{Cause::too_many,
                 fmt::format("{} values drawn {} times take too long; ask for {:.0f} resamples or "
                             "fewer, or use the t interval, which is good for so many values",
                             values, sampling.resamples, std::floor(most_draws / of_one))};
}

Answer<Interval> percentile_interval(std::vector<double> replicates, double level) {
  if (auto fault = fault_of_replicates(replicates)) return *fault;
  const double outside = outside_each_end(Tail::two_sided, level);
  std::sort(replicates.begin(), replicates.end());
  return Interval{.low = quantile_of_sorted(replicates, outside),
                  .high = quantile_of_sorted(replicates, 1 - outside),
                  .level = level};
}

Answer<Interval> bca_interval(std::vector<double> replicates, double estimate, double acceleration,
                              double level) {
  if (auto fault = fault_of_replicates(replicates)) return *fault;
  const double outside = outside_each_end(Tail::two_sided, level);
  std::sort(replicates.begin(), replicates.end());
  if (replicates.front() == replicates.back())
    return Interval{.low = replicates.front(), .high = replicates.front(), .level = level};
  const double below = part_below(replicates, estimate);
  if (below == 0 || below == 1) {
    return Refusal{Cause::out_of_reach,
                   "the statistic lies on one side of the estimate on all resamples, so its bias "
                   "cannot be corrected; use the percentile interval or another statistic"};
  }
  const boost::math::normal_distribution<double> normal;
  const double bias = quantile(normal, below);
  const auto end_at = [&](double probability) {
    const double z = bias + quantile(normal, probability);
    return quantile_of_sorted(replicates, cdf(normal, bias + z / (1 - acceleration * z)));
  };
  return Interval{.low = end_at(outside), .high = end_at(1 - outside), .level = level};
}

double jackknife_acceleration(const std::vector<std::vector<double>>& left_out) {
  double unit = 0;
  for (const std::vector<double>& of_sample : left_out) unit = std::max(unit, unit_of(of_sample));
  double squares = 0, cubes = 0;
  for (const std::vector<double>& of_sample : left_out) {
    if (of_sample.size() < 2 || is_constant(of_sample)) continue;
    const std::vector<double> values = in_units(of_sample, unit);
    const double centre = mean(values);
    const auto n = static_cast<double>(values.size());
    for (double value : values) {
      const double influence = (n - 1) / n * (centre - value);
      squares += influence * influence;
      cubes += influence * influence * influence;
    }
  }
  return squares > 0 ? cubes / (6 * std::pow(squares, 1.5)) : 0;
}

}  // namespace winnow::stats
