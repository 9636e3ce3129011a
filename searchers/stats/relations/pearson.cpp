#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

#include "searchers/stats/relations/correlation.hpp"

namespace winnow::stats {
namespace {

// Distances from the mean in units of the largest one, so that no square overflows.
std::vector<double> scaled_distances(Values values) {
  const double centre = mean(values);
  std::vector<double> distances;
  double largest = 0;
  for (double value : values) {
    distances.push_back(value - centre);
    largest = std::max(largest, std::abs(value - centre));
  }
  for (double& distance : distances) distance /= largest;
  return distances;
}

double product(const std::vector<double>& x, const std::vector<double>& y) {
  std::vector<double> products(x);
  for (std::size_t i = 0; i < x.size(); ++i) products[i] *= y[i];
  return sum(products);
}

double product_moment(Values values_x, Values values_y) {
  const std::vector<double> x = scaled_distances(values_x), y = scaled_distances(values_y);
  const double r = product(x, y) / std::sqrt(product(x, x) * product(y, y));
  return std::clamp(r, -1.0, 1.0);  // rounding may pass the ends
}

}  // namespace

std::optional<Refusal> fault_of_relation(Values x, Values y) {
  if (x.size() != y.size()) {
    return Refusal{Cause::unequal, fmt::format("{} values of the first quantity, {} of the second",
                                               x.size(), y.size())};
  }
  if (auto fault = fault_of(x, 3, "values of the first quantity")) return fault;
  if (auto fault = fault_of(y, 3, "values of the second quantity")) return fault;
  if (is_constant(x) || is_constant(y)) {
    return Refusal{Cause::constant, "a quantity that does not vary is associated with nothing"};
  }
  return std::nullopt;
}

Interval fisher_interval(double coefficient, double variance, double level) {
  const double outside = outside_each_end(Tail::two_sided, level);
  if (!(variance > 0) || !std::isfinite(variance)) return {.low = -1, .high = 1, .level = level};
  const boost::math::normal_distribution<double> normal;
  const double reach = quantile(complement(normal, outside)) * std::sqrt(variance);
  const double z = std::atanh(coefficient);  // infinite at ±1, and so are both ends: ±1
  return {.low = std::tanh(z - reach), .high = std::tanh(z + reach), .level = level};
}

Answer<Correlation> pearson(Values x, Values y, const CorrelationQuestion& question) {
  expect(question.effort != Effort::monte_carlo, "Pearson's test has no Monte Carlo form here");
  if (auto fault = fault_of_relation(x, y)) return *fault;
  const double r = product_moment(x, y), degrees = static_cast<double>(x.size()) - 2;
  Correlation result{.coefficient = r};
  result.test = {.statistic = r, .n = static_cast<std::int64_t>(x.size()), .degrees = degrees};
  const boost::math::students_t_distribution<double> null(degrees);
  const double rest = (1 - r) * (1 + r);
  const double t = rest > 0 ? r * std::sqrt(degrees / rest)
                            : std::copysign(std::numeric_limits<double>::infinity(), r);
  result.test.p = p_of_tails(cdf(null, t), cdf(complement(null, t)), question.tail);
  result.interval = fisher_interval(r, 1 / (degrees - 1), question.level);
  return result;
}

}  // namespace winnow::stats
