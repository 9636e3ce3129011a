#include "searchers/stats/error_control/confidence_sequence.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "searchers/stats/unit.hpp"

namespace winnow::stats {
namespace {

// With d = mean − μ and s² = Σ(x − mean)²/n, the martingale at μ is
//   √(c²/(n + c²)) ((s² + d²) / (s² + d² − n d²/(n + c²)))^(n/2).
double log_e_value(double n, double spread, double distance, double c_2) {
  const double squares = spread + distance * distance;
  const double rest = spread + distance * distance * c_2 / (n + c_2);
  return std::log(c_2 / (n + c_2)) / 2 + n / 2 * std::log(squares / rest);
}

// The largest distance at which the martingale is below 1/α: where
// (s² + d²) / (s² + d² c²/(n + c²)) = (α² c²/(n + c²))^(−1/n).
double reach_of(double n, double spread, double alpha, double c_2) {
  const double ratio = std::pow(alpha * alpha * c_2 / (n + c_2), -1 / n);
  const double rest = 1 - ratio * c_2 / (n + c_2);
  if (rest <= 0) return std::numeric_limits<double>::infinity();
  return std::sqrt(spread * (ratio - 1) / rest);
}

Answer<AnytimeMean> of_values(Values values, double null_value, double level, double c_2) {
  expect(level > 0 && level < 1, "a confidence level lies between 0 and 1");
  expect(c_2 > 0, "the precision of the prior is positive");
  if (auto fault = fault_of(values, 1, "values")) return *fault;
  const auto n = static_cast<double>(values.size());
  AnytimeMean result{.estimate = mean(values)};
  result.interval.level = level;
  if (values.size() < 2 || is_constant(values)) return result;  // nothing is known of the spread
  const double unit = unit_of(values);
  const double spread = variance(in_units(values, unit)) * (n - 1) / n;
  const double distance = (result.estimate - null_value) / unit;
  result.e_value = std::exp(log_e_value(n, spread, distance, c_2));
  result.p = std::min(1.0, 1 / result.e_value);
  const double reach = unit * reach_of(n, spread, 1 - level, c_2);
  result.interval = interval_around(result.estimate, reach, Tail::two_sided, level);
  return result;
}

}  // namespace

Answer<AnytimeMean> anytime_mean(Values values, double null_value, double level,
                                 double prior_precision) {
  return of_values(values, null_value, level, prior_precision);
}

Answer<AnytimeMean> anytime_mean(const Differences& pairs, double null_value, double level,
                                 double prior_precision) {
  return of_values(pairs.values, null_value, level, prior_precision);
}

}  // namespace winnow::stats
