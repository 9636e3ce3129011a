#include "searchers/stats/student_t.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

#include "searchers/stats/unit.hpp"

namespace winnow::stats {
namespace {

using boost::math::students_t_distribution;

Refusal all_equal(std::size_t count, double value, const char* what) {
  return {Cause::constant,
          fmt::format("all {} {} equal {}: without variation a t-test has no measure of chance; "
                      "check that the seed reaches what is measured",
                      count, what, value)};
}

Answer<TTest> mean_test(Values values, double rounding, const char* what,
                        const MeanQuestion& question) {
  if (auto fault = fault_of(values, 2, what)) return *fault;
  if (is_constant(values, rounding)) return all_equal(values.size(), values[0], what);
  const auto n = static_cast<std::int64_t>(values.size());
  const double unit = unit_of(values);
  const double standard_error =
      unit * std::sqrt(variance(in_units(values, unit)) / static_cast<double>(n));
  return t_test_of(mean(values), standard_error, static_cast<double>(n - 1), n, question);
}

}  // namespace

TTest t_test_of(double estimate, double standard_error, double degrees, std::int64_t n,
                const MeanQuestion& question) {
  expect(standard_error > 0 && degrees > 0, "a t-test has a standard error and degrees of freedom");
  const students_t_distribution<double> null(degrees);
  const double t = (estimate - question.null_value) / standard_error;
  TTest result{.estimate = estimate, .standard_error = standard_error};
  const double lower = cdf(null, t), upper = cdf(complement(null, t));
  result.test = {
      .statistic = t, .p = p_of_tails(lower, upper, question.tail), .n = n, .degrees = degrees};
  const double outside = outside_each_end(question.tail, question.level);
  const double half_width = standard_error * quantile(complement(null, outside));
  result.interval = interval_around(estimate, half_width, question.tail, question.level);
  return result;
}

Answer<TTest> one_sample_t(Values sample, const MeanQuestion& question) {
  return mean_test(sample, 0, "values", question);
}

Answer<TTest> paired_t(const Differences& pairs, const MeanQuestion& question) {
  return mean_test(pairs.values, pairs.rounding, "differences of pairs", question);
}

Answer<TTest> welch_t(Values first, Values second, const MeanQuestion& question) {
  if (auto fault = fault_of(first, 2, "values of the first group")) return *fault;
  if (auto fault = fault_of(second, 2, "values of the second group")) return *fault;
  if (is_constant(first) && is_constant(second))
    return all_equal(first.size() + second.size(), first[0], "values within each group");
  const auto n_1 = static_cast<double>(first.size()), n_2 = static_cast<double>(second.size());
  const double unit = std::max(unit_of(first), unit_of(second));
  const double part_1 = variance(in_units(first, unit)) / n_1;
  const double part_2 = variance(in_units(second, unit)) / n_2;
  const double squared_error = part_1 + part_2;
  const double degrees =
      squared_error * squared_error / (part_1 * part_1 / (n_1 - 1) + part_2 * part_2 / (n_2 - 1));
  TTest result = t_test_of(mean(first) - mean(second), unit * std::sqrt(squared_error), degrees,
                           static_cast<std::int64_t>(first.size() + second.size()), question);
  result.test.method = Method::approximate;
  return result;
}

}  // namespace winnow::stats
