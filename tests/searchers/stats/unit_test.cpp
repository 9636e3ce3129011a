// Results do not depend on the unit in which values are measured, however small or large it is.
#include "searchers/stats/assumptions/shapiro_wilk.hpp"
#include "searchers/stats/correlated_t.hpp"
#include "searchers/stats/distributions/noncentral.hpp"
#include "searchers/stats/effect_size.hpp"
#include "searchers/stats/error_control/confidence_sequence.hpp"
#include "searchers/stats/groups/anova.hpp"
#include "searchers/stats/resampling/bootstrap.hpp"
#include "searchers/stats/sign_flip.hpp"
#include "searchers/stats/student_t.hpp"
#include "searchers/stats/two_sample_permutation.hpp"
#include "tests/searchers/stats/stats_support.hpp"

using namespace winnow::stats;
using namespace winnow::tests;

namespace {

std::vector<double> times(const std::vector<double>& values, double unit) {
  std::vector<double> scaled = values;
  for (double& value : scaled) value *= unit;
  return scaled;
}

const std::vector<double> one = {0.9, 1.4, 0.2, -0.3, 1.1, 0.7, 2.5, 0.4};
const std::vector<double> other = {0.1, -0.4, 0.6, 0.3, -1.1};

}  // namespace

TEST_CASE("tests come to the same in any unit") {
  const double unit = GENERATE(0x1p-960, 0x1p-600, 0x1p490);
  CAPTURE(unit);
  const std::vector<double> first = times(one, unit), second = times(other, unit);
  const auto t = one_sample_t(first);
  CHECK(t->test.p == one_sample_t(one)->test.p);
  CHECK(t->interval.low == one_sample_t(one)->interval.low * unit);
  CHECK(welch_t(first, second)->test.p == welch_t(one, other)->test.p);
  CHECK(corrected_t({first}, 0.25)->test.p == corrected_t({one}, 0.25)->test.p);
  CHECK(correlated_posterior({first}, 0.2, {-unit, unit})->inside ==
        correlated_posterior({one}, 0.2, {-1, 1})->inside);
  CHECK(standardised_mean(first)->hedges_g == standardised_mean(one)->hedges_g);
  CHECK(standardised_difference(first, second)->cohens_d ==
        standardised_difference(one, other)->cohens_d);
  CHECK(shapiro_wilk(first)->p == shapiro_wilk(one)->p);
  CHECK(anytime_mean(first)->e_value == anytime_mean(one)->e_value);
  CHECK(describe(first)->standard_deviation == describe(one)->standard_deviation * unit);
  const Bootstrap resampled = *bootstrap_mean(one, {.sampling = {.resamples = 200}});
  const Bootstrap scaled = *bootstrap_mean(first, {.sampling = {.resamples = 200}});
  CHECK(scaled.interval.high == resampled.interval.high * unit);
  CHECK(scaled.standard_error == resampled.standard_error * unit);
  for (const Effort effort : {Effort::automatic, Effort::approximate}) {
    CHECK(sign_flip({first}, {.effort = effort})->test.p ==
          sign_flip({one}, {.effort = effort})->test.p);
    CHECK(two_sample_permutation(first, second, {.effort = effort})->p ==
          two_sample_permutation(one, other, {.effort = effort})->p);
  }
}

TEST_CASE("an analysis of variance of groups whose squares are no numbers is refused") {
  const std::vector<std::vector<double>> groups = {times(one, 1e-200), times(other, 1e-200)};
  CHECK(one_way_anova(groups).refusal().cause == Cause::constant);
  CHECK(welch_anova(groups).refusal().cause == Cause::constant);
}

TEST_CASE("groups without a noise to speak of have an analysis of variance") {
  const std::vector<std::vector<double>> groups = {{1, 1 + 1e-8, 1 + 2e-8},
                                                   {2, 2 + 1e-8, 2 + 2e-8}};
  const Anova found = *one_way_anova(groups);
  CHECK(found.test.statistic > 1e15);
  CHECK(found.eta_squared_interval.low > 0.999);
  CHECK(found.eta_squared_interval.high <= 1);
}

TEST_CASE("the limits for large noncentralities go on where the series end") {
  const Interval f_below = noncentral_f_interval(0.999e8 / 3, 3, 12, 0.95);
  const Interval f_above = noncentral_f_interval(1.001e8 / 3, 3, 12, 0.95);
  CHECK(f_below.low / 0.999e8 == Approx(f_above.low / 1.001e8).epsilon(1e-4));
  CHECK(f_below.high / 0.999e8 == Approx(f_above.high / 1.001e8).epsilon(1e-4));
  const Interval below = noncentral_chi_squared_interval(0.999e8, 4, 0.95);
  const Interval above = noncentral_chi_squared_interval(1.001e8, 4, 0.95);
  CHECK(below.low / 0.999e8 == Approx(above.low / 1.001e8).epsilon(1e-6));
  CHECK(below.high / 0.999e8 == Approx(above.high / 1.001e8).epsilon(1e-6));
}

TEST_CASE("many values far from zero are not equal because their sum is rounded") {
  std::vector<double> first = bell_shaped(12, 1, 50'000), second = bell_shaped(12, 2, 50'000);
  for (double& value : first) value = 1000 + 3e-4 * value;
  for (double& value : second) value = 1000 + 3e-4 * (value + 0.1);
  const TestResult found = *two_sample_permutation(first, second);
  CHECK(found.method == Method::approximate);
  CHECK(found.p < 1e-20);
}
