#include "searchers/stats/correlated_t.hpp"

#include <boost/math/distributions/students_t.hpp>
#include <cmath>

#include "searchers/stats/unit.hpp"

namespace winnow::stats {
namespace {

struct Spread {
  double unit = 1, variance = 0;  // of the differences, in that unit
};

// After the checks of the paired t-test.
Answer<Spread> spread_of(const Differences& folds) {
  if (const Answer<TTest> plain = paired_t(folds); !plain) return plain.refusal();
  const double unit = unit_of(folds.values);
  return Spread{unit, variance(in_units(folds.values, unit))};
}

}  // namespace

Answer<TTest> corrected_t(const Differences& folds, double test_to_train_ratio,
                          const MeanQuestion& question) {
  expect(test_to_train_ratio >= 0, "a ratio of rows is not negative");
  const Answer<Spread> spread = spread_of(folds);
  if (!spread) return spread.refusal();
  const auto n = static_cast<double>(folds.values.size());
  const double standard_error =
      spread->unit * std::sqrt((1 / n + test_to_train_ratio) * spread->variance);
  TTest result = t_test_of(mean(folds.values), standard_error, n - 1,
                           static_cast<std::int64_t>(folds.values.size()), question);
  result.test.method = Method::approximate;
  return result;
}

Answer<CorrelatedPosterior> correlated_posterior(const Differences& folds, double correlation,
                                                 Margin region, double level) {
  expect(correlation >= 0 && correlation < 1, "a correlation of folds lies in [0, 1)");
  expect(region.low <= region.high, "a region of equivalence has a low and a high end");
  const Answer<Spread> spread = spread_of(folds);
  if (!spread) return spread.refusal();
  const auto n = static_cast<double>(folds.values.size());
  CorrelatedPosterior posterior{
      .mean = mean(folds.values),
      .scale =
          spread->unit * std::sqrt((1 / n + correlation / (1 - correlation)) * spread->variance),
      .degrees = n - 1};
  const boost::math::students_t_distribution<double> student(posterior.degrees);
  const double low = (region.low - posterior.mean) / posterior.scale;
  const double high = (region.high - posterior.mean) / posterior.scale;
  posterior.below = cdf(student, low);
  posterior.above = cdf(complement(student, high));
  // Between the ends, from the tail that both lie in: a difference of small numbers, not of near 1.
  posterior.inside = low > 0 ? cdf(complement(student, low)) - posterior.above
                             : cdf(student, high) - posterior.below;
  const double reach = quantile(complement(student, outside_each_end(Tail::two_sided, level)));
  posterior.interval =
      interval_around(posterior.mean, reach * posterior.scale, Tail::two_sided, level);
  return posterior;
}

}  // namespace winnow::stats
