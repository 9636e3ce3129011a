#include "searchers/stats/sample.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "searchers/stats/unit.hpp"

namespace winnow::stats {
namespace {

constexpr double largest_usable = 1e150;  // its square is a double, and so are sums of many of them

}  // namespace

std::optional<Refusal> fault_of(Values values, std::int64_t needed, std::string_view what) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isfinite(values[i]) && std::abs(values[i]) <= largest_usable) continue;
    return Refusal{Cause::not_finite,
                   fmt::format("{} of the {}: {} cannot be used; leave out what failed to be "
                               "measured, and say so",
                               i + 1, what, values[i])};
  }
  if (static_cast<std::int64_t>(values.size()) >= needed) return std::nullopt;
  return Refusal{Cause::too_few,
                 fmt::format("{} {}: {} or more are needed", values.size(), what, needed), needed};
}

double sum(Values values) {
  double total = 0, lost = 0;
  for (double value : values) {
    const double next = total + value;
    lost += std::abs(total) >= std::abs(value) ? (total - next) + value : (value - next) + total;
    total = next;
  }
  return total + lost;
}

double mean(Values values) {
  expect(!values.empty(), "the mean of no values");
  return sum(values) / static_cast<double>(values.size());
}

double variance(Values values) {
  expect(values.size() >= 2, "the variance of fewer than two values");
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  if (*low == *high) return 0;
  const double centre = mean(values);
  std::vector<double> squares(values.begin(), values.end());
  for (double& value : squares) value = (value - centre) * (value - centre);
  return sum(squares) / static_cast<double>(values.size() - 1);
}

bool is_constant(Values values, double rounding) {
  if (values.empty()) return true;
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  const double magnitude = std::max(std::abs(*low), std::abs(*high));
  return *high - *low <= std::max(rounding, 0x1p-50 * magnitude);
}

std::vector<double> sorted(Values values) {
  std::vector<double> ascending(values.begin(), values.end());
  std::sort(ascending.begin(), ascending.end());
  return ascending;
}

double quantile_of_sorted(Values ascending, double probability) {
  expect(!ascending.empty(), "a quantile of no values");
  expect(probability >= 0 && probability <= 1, "a probability lies between 0 and 1");
  const double place = probability * static_cast<double>(ascending.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  if (below + 1 >= ascending.size()) return ascending.back();
  const double part = place - static_cast<double>(below);
  // Between a number and itself there may be no difference to take: both infinite.
  if (part == 0 || ascending[below] == ascending[below + 1]) return ascending[below];
  return ascending[below] + part * (ascending[below + 1] - ascending[below]);
}

Answer<Description> describe(Values values) {
  if (auto fault = fault_of(values, 1, "values")) return *fault;
  const std::vector<double> ascending = sorted(values);
  const double unit = unit_of(values);
  return Description{.n = static_cast<std::int64_t>(values.size()),
                     .mean = mean(values),
                     .standard_deviation =
                         values.size() > 1 ? unit * std::sqrt(variance(in_units(values, unit))) : 0,
                     .minimum = ascending.front(),
                     .lower_quartile = quantile_of_sorted(ascending, 0.25),
                     .median = quantile_of_sorted(ascending, 0.5),
                     .upper_quartile = quantile_of_sorted(ascending, 0.75),
                     .maximum = ascending.back()};
}

}  // namespace winnow::stats
