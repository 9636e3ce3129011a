// A list of measured values: is it fit for use, and its moments and order statistics.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "searchers/stats/answer.hpp"

namespace winnow::stats {

using Values = std::span<const double>;

/// A reason not to use the values: fewer than `needed`, one that is not finite, or one beyond
/// 1e150, whose square would be infinite. `what` names them in the plural ("pairs", "values of the
/// first group").
std::optional<Refusal> fault_of(Values values, std::int64_t needed, std::string_view what);

/// Summed with the error of each addition carried along: Neumaier (1974), "Rundungsfehleranalyse
/// einiger Verfahren zur Summation endlicher Summen", algorithm IV.
double sum(Values values);
/// Needs a value.
double mean(Values values);
/// With n − 1; 0 exactly where all values are equal. Needs two values.
double variance(Values values);

/// Do the values differ by no more than rounding explains: 2^-50 of the largest magnitude, or
/// `rounding` where what they were computed from was larger?
bool is_constant(Values values, double rounding = 0);

std::vector<double> sorted(Values values);
/// Linear between order statistics: definition 7 of Hyndman, Fan (1996), "Sample quantiles in
/// statistical packages". Needs an ascending list, which may hold infinities, and
/// 0 ≤ probability ≤ 1.
double quantile_of_sorted(Values ascending, double probability);

struct Description {
  std::int64_t n = 0;
  double mean = 0;
  double standard_deviation = 0;  // with n − 1; 0 for a single value
  double minimum = 0, lower_quartile = 0, median = 0, upper_quartile = 0, maximum = 0;
};

/// Needs a value.
Answer<Description> describe(Values values);

}  // namespace winnow::stats
