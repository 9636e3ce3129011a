#include "searchers/stats/effect_size.hpp"

#include <algorithm>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>

#include "searchers/stats/distributions/noncentral.hpp"
#include "searchers/stats/unit.hpp"

namespace winnow::stats {
namespace {

Interval times(const Interval& interval, double factor) {
  return {.low = interval.low * factor, .high = interval.high * factor, .level = interval.level};
}

// `root_n`: what d is multiplied by to become t.
StandardisedMean from(double d, double root_n, double degrees, double level) {
  StandardisedMean result{.cohens_d = d};
  result.d_interval = times(noncentral_t_interval(d * root_n, degrees, level), 1 / root_n);
  const double correction = hedges_correction(degrees);
  result.hedges_g = correction * d;
  result.g_interval = times(result.d_interval, correction);
  return result;
}

Refusal no_variation(const char* what) {
  return {Cause::constant,
          std::string(what) +
              " do not vary: a difference in units of their standard deviation has "
              "no value; report the difference itself"};
}

Answer<StandardisedMean> of_mean(Values values, double rounding, double null_value, double level,
                                 const char* what) {
  if (auto fault = fault_of(values, 2, what)) return *fault;
  if (is_constant(values, rounding)) return no_variation(what);
  const auto n = static_cast<double>(values.size());
  const double unit = unit_of(values);
  const double deviation = std::sqrt(variance(in_units(values, unit)));
  return from((mean(values) - null_value) / unit / deviation, std::sqrt(n), n - 1, level);
}

}  // namespace

double hedges_correction(double degrees) {
  expect(degrees >= 1, "an effect size has a degree of freedom or more");
  if (degrees == 1) return 0;  // Γ(0)
  // Γ(ν/2) / Γ(ν/2 − ½), as a ratio: each alone overflows.
  return boost::math::tgamma_delta_ratio(degrees / 2, -0.5) / std::sqrt(degrees / 2);
}

Answer<StandardisedMean> standardised_mean(Values sample, double null_value, double level) {
  return of_mean(sample, 0, null_value, level, "values");
}

Answer<StandardisedMean> standardised_mean(const Differences& pairs, double level) {
  return of_mean(pairs.values, pairs.rounding, 0, level, "differences of pairs");
}

Answer<StandardisedMean> standardised_difference(Values first, Values second, double level) {
  if (auto fault = fault_of(first, 2, "values of the first group")) return *fault;
  if (auto fault = fault_of(second, 2, "values of the second group")) return *fault;
  if (is_constant(first) && is_constant(second)) return no_variation("values within either group");
  const auto n_1 = static_cast<double>(first.size()), n_2 = static_cast<double>(second.size());
  const double degrees = n_1 + n_2 - 2;
  const double unit = std::max(unit_of(first), unit_of(second));
  const double squares_1 = (n_1 - 1) * variance(in_units(first, unit));
  const double squares_2 = (n_2 - 1) * variance(in_units(second, unit));
  const double pooled = (squares_1 + squares_2) / degrees;
  return from((mean(first) - mean(second)) / unit / std::sqrt(pooled),
              std::sqrt(n_1 * n_2 / (n_1 + n_2)), degrees, level);
}

}  // namespace winnow::stats
