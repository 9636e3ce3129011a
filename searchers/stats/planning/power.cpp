#include "searchers/stats/planning/power.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/fisher_f.hpp>
#include <boost/math/distributions/non_central_f.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

#include "searchers/stats/distributions/noncentral.hpp"

namespace winnow::stats {
namespace {

double t_power(double noncentrality, double degrees, const Level& level) {
  const boost::math::students_t_distribution<double> null(degrees);
  const double outside = level.tail == Tail::two_sided ? level.alpha / 2 : level.alpha;
  const double critical = quantile(complement(null, outside));
  double power = 0;
  if (level.tail != Tail::less) power += noncentral_t_upper(critical, degrees, noncentrality);
  if (level.tail != Tail::greater) power += noncentral_t_lower(-critical, degrees, noncentrality);
  return power;
}

// The largest number of disagreements against the better model with which McNemar's test of
// `disagreements` still rejects in its favour; −1: none.
std::int64_t most_against(std::int64_t disagreements, McNemarForm form, const Level& level) {
  const Tail tail = level.tail == Tail::two_sided ? Tail::two_sided : Tail::greater;
  const auto rejects_with = [&](std::int64_t against) {
    const McNemar test = mcnemar({disagreements - against, against}, tail);
    return rejects(form == McNemarForm::exact ? test.exact_p : test.mid_p, level.alpha);
  };
  std::int64_t rejected = -1, kept = disagreements / 2 + 1;
  while (kept - rejected > 1) {
    const std::int64_t middle = rejected + (kept - rejected) / 2;
    (rejects_with(middle) ? rejected : kept) = middle;
  }
  return rejected;
}

double power_given(std::int64_t disagreements, double share_of_first, McNemarForm form,
                   const Level& level) {
  const std::int64_t against = most_against(disagreements, form, level);
  if (against < 0) return 0;
  const auto n = static_cast<double>(disagreements), limit = static_cast<double>(against);
  const boost::math::binomial_distribution<double> second(n, 1 - share_of_first);
  const boost::math::binomial_distribution<double> first(n, share_of_first);
  double power = 0;
  if (level.tail != Tail::less) power += cdf(second, limit);
  if (level.tail != Tail::greater) power += cdf(first, limit);
  return std::min(1.0, power);
}

}  // namespace

double paired_t_power(double effect, std::int64_t n, const Level& level) {
  expect(n >= 2, "a t-test needs two values or more");
  const auto size = static_cast<double>(n);
  return t_power(effect * std::sqrt(size), size - 1, level);
}

double two_group_t_power(double effect, std::int64_t first_n, std::int64_t second_n,
                         const Level& level) {
  expect(first_n >= 1 && second_n >= 1 && first_n + second_n >= 3, "two groups, three values");
  const auto n_1 = static_cast<double>(first_n), n_2 = static_cast<double>(second_n);
  return t_power(effect * std::sqrt(n_1 * n_2 / (n_1 + n_2)), n_1 + n_2 - 2, level);
}

double anova_power(double effect, std::int64_t groups, std::int64_t n_per_group, double alpha) {
  expect(groups >= 2 && n_per_group >= 2, "two groups of two values or more");
  const auto k = static_cast<double>(groups), n = k * static_cast<double>(n_per_group);
  const boost::math::fisher_f_distribution<double> null(k - 1, n - k);
  const double critical = quantile(complement(null, alpha));
  if (effect == 0) return alpha;
  const boost::math::non_central_f_distribution<double> alternative(k - 1, n - k,
                                                                    effect * effect * n);
  return cdf(complement(alternative, critical));
}

double two_rates_power(double first_rate, double second_rate, std::int64_t first_n,
                       std::int64_t second_n, const Level& level) {
  expect(first_n >= 1 && second_n >= 1, "two groups of one value or more");
  const double h = 2 * std::asin(std::sqrt(first_rate)) - 2 * std::asin(std::sqrt(second_rate));
  const auto n_1 = static_cast<double>(first_n), n_2 = static_cast<double>(second_n);
  const double shift = h * std::sqrt(n_1 * n_2 / (n_1 + n_2));
  const boost::math::normal_distribution<double> normal;
  const double outside = level.tail == Tail::two_sided ? level.alpha / 2 : level.alpha;
  const double critical = quantile(complement(normal, outside));
  double power = 0;
  if (level.tail != Tail::less) power += cdf(complement(normal, critical - shift));
  if (level.tail != Tail::greater) power += cdf(normal, -critical - shift);
  return power;
}

double mcnemar_power(double only_first, double only_second, std::int64_t examples, McNemarForm form,
                     const Level& level) {
  const double differ = only_first + only_second;
  expect(only_first >= 0 && only_second >= 0 && differ <= 1, "parts of the examples");
  expect(examples >= 1, "an example or more");
  if (differ == 0) return 0;
  const boost::math::binomial_distribution<double> disagreements(static_cast<double>(examples),
                                                                 differ);
  const double centre = boost::math::mean(disagreements);
  const double reach = 9 * boost::math::standard_deviation(disagreements) + 9;  // beyond: 1e-18
  const auto from = static_cast<std::int64_t>(std::max(0.0, centre - reach));
  const auto to = std::min(examples, static_cast<std::int64_t>(centre + reach));
  double power = 0;
  for (std::int64_t m = from; m <= to; ++m)
    power += pdf(disagreements, static_cast<double>(m)) *
             power_given(m, only_first / differ, form, level);
  return power;
}

std::int64_t noether_n(double superiority, double power, const Level& level) {
  expect(superiority > 0.5 && superiority < 1, "a superiority between 1/2 and 1");
  expect(power > 0 && power < 1, "a power between 0 and 1");
  const boost::math::normal_distribution<double> normal;
  const double outside = level.tail == Tail::two_sided ? level.alpha / 2 : level.alpha;
  const double z = quantile(complement(normal, outside)) + quantile(normal, power);
  const double root = z / (std::sqrt(6.0) * (superiority - 0.5));
  return static_cast<std::int64_t>(std::ceil(root * root));
}

Answer<std::int64_t> smallest_n_for(double power, std::int64_t least,
                                    const std::function<double(std::int64_t)>& power_at,
                                    std::int64_t most) {
  expect(power > 0 && power < 1, "a power between 0 and 1");
  if (power_at(least) >= power) return least;
  std::int64_t too_few = least, enough = least;
  while (enough < most && power_at(enough) < power) {
    too_few = enough;
    enough = std::min(most, 2 * enough);
  }
  if (power_at(enough) < power) {
    return Refusal{Cause::out_of_reach,
                   fmt::format("even {} values give a power of {:.2g} only, {} was asked for: ask "
                               "for a larger effect",
                               enough, power_at(enough), power)};
  }
  while (enough - too_few > 1) {
    const std::int64_t middle = too_few + (enough - too_few) / 2;
    (power_at(middle) >= power ? enough : too_few) = middle;
  }
  return enough;
}

}  // namespace winnow::stats
