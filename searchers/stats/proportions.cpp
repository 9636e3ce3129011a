#include "searchers/stats/proportions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <optional>

namespace winnow::stats {
namespace {

// Counts whose probabilities differ by rounding only count as equally likely; SciPy's factor.
constexpr double equally_likely = 1 + 1e-7;

std::optional<Refusal> fault_of(const Rate& rate) {
  expect(rate.successes >= 0 && rate.successes <= rate.trials, "successes are part of the trials");
  if (rate.trials > 0) return std::nullopt;
  return Refusal{Cause::too_few, "no trials: a rate needs one or more", 1};
}

double cohens_h(double first, double second) {
  return 2 * std::asin(std::sqrt(first)) - 2 * std::asin(std::sqrt(second));
}

double two_sided_binomial_p(const Rate& rate, double null_rate) {
  const boost::math::binomial_distribution<double> null(static_cast<double>(rate.trials),
                                                        null_rate);
  const auto count = [](std::int64_t k) { return static_cast<double>(k); };
  const double limit = pdf(null, count(rate.successes)) * equally_likely;
  const double peak = null_rate * count(rate.trials);
  // On the other side of the peak, likelihood is monotone: the first count as unlikely is searched
  // by halving.
  const bool is_low = count(rate.successes) <= peak;
  std::int64_t inside = is_low ? static_cast<std::int64_t>(std::ceil(peak)) - 1
                               : static_cast<std::int64_t>(std::floor(peak)) + 1;
  std::int64_t outside = is_low ? rate.trials + 1 : -1;
  while (std::abs(outside - inside) > 1) {
    const std::int64_t middle = (inside + outside) / 2;
    (pdf(null, count(middle)) <= limit ? outside : inside) = middle;
  }
  double p =
      is_low ? cdf(null, count(rate.successes)) : cdf(complement(null, count(rate.successes - 1)));
  if (is_low && outside <= rate.trials) p += cdf(complement(null, count(outside - 1)));
  if (!is_low && outside >= 0) p += cdf(null, count(outside));
  return std::min(1.0, p);
}

double binomial_p(const Rate& rate, double null_rate, Tail tail) {
  if (tail == Tail::two_sided) return two_sided_binomial_p(rate, null_rate);
  const boost::math::binomial_distribution<double> null(static_cast<double>(rate.trials),
                                                        null_rate);
  const auto successes = static_cast<double>(rate.successes);
  if (tail == Tail::less) return cdf(null, successes);
  return rate.successes == 0 ? 1 : cdf(complement(null, successes - 1));
}

}  // namespace

Interval wilson_interval(double successes, double trials, double level) {
  expect(successes >= 0 && successes <= trials && trials > 0, "successes are part of the trials");
  const boost::math::normal_distribution<double> normal;
  const double z = quantile(complement(normal, outside_each_end(Tail::two_sided, level)));
  const double rate = successes / trials, z_2 = z * z;
  const double centre = (successes + z_2 / 2) / (trials + z_2);
  const double half_width = z / (trials + z_2) * std::sqrt(trials * rate * (1 - rate) + z_2 / 4);
  // The formula gives 0 and 1 there but for rounding.
  return {.low = successes == 0 ? 0 : centre - half_width,
          .high = successes == trials ? 1 : centre + half_width,
          .level = level};
}

Interval clopper_pearson_interval(const Rate& rate, double level) {
  expect(rate.trials > 0, "a rate needs a trial");
  const double outside = outside_each_end(Tail::two_sided, level);
  const auto successes = static_cast<double>(rate.successes);
  const double failures = static_cast<double>(rate.trials) - successes;
  using Beta = boost::math::beta_distribution<double>;
  Interval interval{.low = 0, .high = 1, .level = level};
  if (successes > 0) interval.low = quantile(Beta(successes, failures + 1), outside);
  if (failures > 0) interval.high = quantile(complement(Beta(successes + 1, failures), outside));
  return interval;
}

Answer<RateTest> rate_z(const Rate& rate, double null_rate, const RateQuestion& question) {
  if (auto fault = fault_of(rate)) return *fault;
  expect(null_rate > 0 && null_rate < 1, "the rate of the null hypothesis lies between 0 and 1");
  const boost::math::normal_distribution<double> normal;
  const auto trials = static_cast<double>(rate.trials);
  const double z = (rate.value() - null_rate) / std::sqrt(null_rate * (1 - null_rate) / trials);
  RateTest result{.estimate = rate.value()};
  result.test = {.statistic = z,
                 .p = p_of_tails(cdf(normal, z), cdf(complement(normal, z)), question.tail),
                 .n = rate.trials,
                 .method = Method::approximate};
  result.interval = wilson_interval(static_cast<double>(rate.successes), trials, question.level);
  result.cohens_h = cohens_h(rate.value(), null_rate);
  return result;
}

Answer<RateTest> rate_exact(const Rate& rate, double null_rate, const RateQuestion& question) {
  if (auto fault = fault_of(rate)) return *fault;
  expect(null_rate > 0 && null_rate < 1, "the rate of the null hypothesis lies between 0 and 1");
  RateTest result{.estimate = rate.value()};
  result.test = {.statistic = static_cast<double>(rate.successes),
                 .p = binomial_p(rate, null_rate, question.tail),
                 .n = rate.trials};
  result.interval = clopper_pearson_interval(rate, question.level);
  result.cohens_h = cohens_h(rate.value(), null_rate);
  return result;
}

Answer<RateTest> two_rates_z(const Rate& first, const Rate& second, const RateQuestion& question) {
  if (auto fault = fault_of(first)) return *fault;
  if (auto fault = fault_of(second)) return *fault;
  const auto n_1 = static_cast<double>(first.trials), n_2 = static_cast<double>(second.trials);
  const double pooled = static_cast<double>(first.successes + second.successes) / (n_1 + n_2);
  const double variance = pooled * (1 - pooled) * (1 / n_1 + 1 / n_2);
  const double difference = first.value() - second.value();
  const boost::math::normal_distribution<double> normal;
  const double z = variance > 0 ? difference / std::sqrt(variance) : 0;
  RateTest result{.estimate = difference};
  result.test = {.statistic = z,
                 .p = p_of_tails(cdf(normal, z), cdf(complement(normal, z)), question.tail),
                 .n = first.trials + second.trials,
                 .method = Method::approximate};
  if (variance == 0) result.test.p = 1;  // both all right or all wrong: no evidence on either side
  const Interval one = wilson_interval(static_cast<double>(first.successes), n_1, question.level);
  const Interval two = wilson_interval(static_cast<double>(second.successes), n_2, question.level);
  result.interval = {
      .low = difference - std::hypot(first.value() - one.low, two.high - second.value()),
      .high = difference + std::hypot(one.high - first.value(), second.value() - two.low),
      .level = question.level};
  result.cohens_h = cohens_h(first.value(), second.value());
  return result;
}

}  // namespace winnow::stats
