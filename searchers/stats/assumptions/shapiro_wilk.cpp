#include "searchers/stats/assumptions/shapiro_wilk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/constants/constants.hpp>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <initializer_list>

#include "searchers/stats/unit.hpp"

namespace winnow::stats {
namespace {

constexpr std::size_t most_values = 5000;  // Royston's fits end there

// c₀ + c₁ x + c₂ x² + …
double polynomial(std::initializer_list<double> coefficients, double x) {
  double value = 0, power = 1;
  for (double coefficient : coefficients) {
    value += coefficient * power;
    power *= x;
  }
  return value;
}

// Weights of x₍n₎ − x₍₁₎, x₍n−1₎ − x₍₂₎, …: Royston (1995), equations for a_n and a_(n−1); the
// others are expected normal order statistics after Blom, scaled to a unit sum of squares.
std::vector<double> weights_of(std::size_t n) {
  if (n == 3) return {boost::math::constants::half_root_two<double>()};
  const boost::math::normal_distribution<double> normal;
  const auto size = static_cast<double>(n);
  std::vector<double> scores(n / 2);
  double squares = 0;  // of all n
  for (std::size_t i = 0; i < scores.size(); ++i) {
    scores[i] = -quantile(normal, (static_cast<double>(i) + 1 - 0.375) / (size + 0.25));
    squares += 2 * scores[i] * scores[i];
  }
  const double root = std::sqrt(squares), x = 1 / std::sqrt(size);
  std::vector<double> weights(scores.size());
  weights[0] =
      scores[0] / root + polynomial({0, 0.221157, -0.147981, -2.071190, 4.434685, -2.706056}, x);
  double rest = squares - 2 * scores[0] * scores[0], left = 1 - 2 * weights[0] * weights[0];
  std::size_t next = 1;
  if (n > 5) {
    weights[1] =
        scores[1] / root + polynomial({0, 0.042981, -0.293762, -1.752461, 5.682633, -3.582633}, x);
    rest -= 2 * scores[1] * scores[1];
    left -= 2 * weights[1] * weights[1];
    next = 2;
  }
  for (std::size_t i = next; i < scores.size(); ++i)
    weights[i] = scores[i] / std::sqrt(rest / left);
  return weights;
}

// ln(1 − W) made normal: Royston (1995), table 1.
double p_of(double w, std::size_t n) {
  if (n == 3) {  // exact: 6/π (asin √W − asin √¾)
    const double angle = std::asin(std::sqrt(w)) - std::asin(std::sqrt(0.75));
    return std::clamp(6 / boost::math::constants::pi<double>() * angle, 0.0, 1.0);
  }
  const boost::math::normal_distribution<double> normal;
  const double log_distance = std::log1p(-w);
  const auto size = static_cast<double>(n);
  if (n <= 11) {
    const double gamma = polynomial({-2.273, 0.459}, size);
    if (log_distance >= gamma) return 1e-99;  // outside of the fit; the value of AS R94
    const double centre = polynomial({0.5440, -0.39978, 0.025054, -6.714e-4}, size);
    const double spread = std::exp(polynomial({1.3822, -0.77857, 0.062767, -0.0020322}, size));
    return cdf(complement(normal, (-std::log(gamma - log_distance) - centre) / spread));
  }
  const double log_n = std::log(size);
  const double centre = polynomial({-1.5861, -0.31082, -0.083751, 0.0038915}, log_n);
  const double spread = std::exp(polynomial({-0.4803, -0.082676, 0.0030302}, log_n));
  return cdf(complement(normal, (log_distance - centre) / spread));
}

}  // namespace

Answer<TestResult> shapiro_wilk(Values values) {
  if (auto fault = fault_of(values, 3, "values")) return *fault;
  if (values.size() > most_values) {
    return Refusal{
        Cause::too_many,
        fmt::format("{} values: the p-values of the Shapiro-Wilk test are known up to {}; "
                    "means of so many are normal enough for a t-test",
                    values.size(), most_values)};
  }
  if (is_constant(values)) {
    return Refusal{Cause::constant, fmt::format("all {} values equal {}: normality has no meaning",
                                                values.size(), values[0])};
  }
  const std::vector<double> ascending = sorted(in_units(values, unit_of(values)));
  const std::vector<double> weights = weights_of(values.size());
  double weighted_range = 0;
  for (std::size_t i = 0; i < weights.size(); ++i)
    weighted_range += weights[i] * (ascending[ascending.size() - 1 - i] - ascending[i]);
  const double squares = variance(ascending) * static_cast<double>(values.size() - 1);
  const double w = std::min(1.0, weighted_range * weighted_range / squares);
  return TestResult{.statistic = w,
                    .p = p_of(w, values.size()),
                    .n = static_cast<std::int64_t>(values.size()),
                    .method = values.size() == 3 ? Method::exact : Method::approximate};
}

}  // namespace winnow::stats
