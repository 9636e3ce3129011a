#include "searchers/stats/student_t.hpp"

#include "searchers/stats/correlated_t.hpp"
#include "searchers/stats/equivalence.hpp"
#include "tests/searchers/stats/stats_support.hpp"

using namespace winnow::stats;
using namespace winnow::tests;

TEST_CASE("one-sample t-tests equal SciPy's") {
  for (const auto& row : golden("means")["one_sample"]) {
    const MeanQuestion question{.null_value = 0.1, .tail = tail_named(row["tail"]), .level = 0.9};
    const TTest found = *one_sample_t(numbers(row["x"]), question);
    CHECK(found.test.statistic == near(row["t"]));
    CHECK(found.test.p == near(row["p"]));
    check_interval(found.interval, number(row["low"]), number(row["high"]));
  }
}

TEST_CASE("paired t-tests equal SciPy's") {
  for (const auto& row : golden("means")["paired"]) {
    const Differences pairs = *differences(numbers(row["x"]), numbers(row["y"]));
    const TTest found = *paired_t(pairs, {.tail = tail_named(row["tail"])});
    CHECK(found.test.statistic == near(row["t"]));
    CHECK(found.test.p == near(row["p"]));
  }
}

TEST_CASE("Welch's t-tests equal SciPy's, their intervals those of statsmodels") {
  for (const auto& row : golden("means")["welch"]) {
    const Tail tail = tail_named(row["tail"]);
    const std::vector<double> x = numbers(row["x"]), y = numbers(row["y"]);
    const TTest found = *welch_t(x, y, {.tail = tail});
    CHECK(found.test.statistic == near(row["t"]));
    CHECK(*found.test.degrees == near(row["df"]));
    CHECK(found.test.p == near(row["p"]));
    check_interval(found.interval, number(row["low"]), number(row["high"]));
    CHECK(welch_t(y, x, {.tail = mirrored(tail)})->test.p == near(found.test.p, 1e-14));
  }
}

TEST_CASE("two one-sided tests equal those of statsmodels") {
  for (const auto& row : golden("means")["equivalence_paired"]) {
    const Differences pairs = *differences(numbers(row["x"]), numbers(row["y"]));
    const Equivalence found = *equivalence_paired_t(pairs, {row["low"], row["high"]});
    CHECK(found.p == near(row["p"]));
    CHECK(found.above_low.p == near(row["p1"]));
    CHECK(found.below_high.p == near(row["p2"]));
  }
  for (const auto& row : golden("means")["equivalence_welch"]) {
    const Margin margin{row["low"], row["high"]};
    CHECK(equivalence_welch_t(numbers(row["x"]), numbers(row["y"]), margin)->p == near(row["p"]));
  }
}

TEST_CASE("equivalence is proven exactly where the interval lies inside the margin") {
  const Differences pairs{{0.02, -0.01, 0.03, 0.00, 0.01, -0.02, 0.015, 0.005}};
  for (double reach : {0.01, 0.015, 0.02, 0.05}) {
    const Equivalence t = *equivalence_paired_t(pairs, {-reach, reach});
    CHECK((t.p < 0.05) == (t.interval.low > -reach && t.interval.high < reach));
    const Equivalence flips = *equivalence_sign_flip(pairs, {-reach, reach});
    CHECK((flips.p < 0.05) == (flips.interval.low > -reach && flips.interval.high < reach));
  }
}

TEST_CASE("a difference that is not significant is no equivalence") {
  const Differences pairs{{0.5, -0.4, 0.6, -0.3, 0.2}};
  CHECK(paired_t(pairs)->test.p > 0.05);
  CHECK(equivalence_paired_t(pairs, {-0.1, 0.1})->p > 0.05);
}

TEST_CASE("corrected and Bayesian correlated t equal their formulae in SciPy") {
  for (const auto& row : golden("means")["corrected"]) {
    const TTest found = *corrected_t({numbers(row["x"])}, row["ratio"]);
    CHECK(found.test.statistic == near(row["t"]));
    CHECK(found.test.p == near(row["p"]));
  }
  for (const auto& row : golden("means")["posterior"]) {
    const Margin region{-number(row["rope"]), number(row["rope"])};
    const CorrelatedPosterior found =
        *correlated_posterior({numbers(row["x"])}, row["rho"], region);
    CHECK(found.below == near(row["below"]));
    CHECK(found.inside == near(row["inside"]));
    CHECK(found.above == near(row["above"]));
    CHECK(found.below + found.inside + found.above == near(1.0, 1e-14));
    check_interval(found.interval, number(row["low"]), number(row["high"]));
  }
}

TEST_CASE("the textbook's case tests that the mean is at most 0.65") {
  // 100 articles, mean ROUGE-1 of 0.66: rejected with a deviation of 0.05, not with 0.10.
  for (const auto& [deviation, t] : {std::pair(0.05, 2.0), std::pair(0.10, 1.0)}) {
    std::vector<double> scores;
    for (int i = 0; i < 100; ++i) scores.push_back(0.66 + (i % 2 == 0 ? 1 : -1) * deviation);
    const double shrink = std::sqrt(99.0 / 100);  // to a deviation with n − 1
    for (double& score : scores) score = 0.66 + (score - 0.66) * shrink;
    const TTest found = *one_sample_t(scores, {.null_value = 0.65, .tail = Tail::greater});
    CHECK(found.test.statistic == near(t));
    CHECK(*found.test.degrees == 99);
    CHECK(rejects(found.test.p, 0.05) == (t > 1.6604));
  }
}

TEST_CASE("too few, constant and unusable values are refused by t-tests") {
  CHECK(one_sample_t(std::vector<double>{1}).refusal().needed == 2);
  CHECK(one_sample_t(std::vector<double>(5, 0.1)).refusal().cause == Cause::constant);
  CHECK(one_sample_t(std::vector<double>{1, NAN}).refusal().cause == Cause::not_finite);
  CHECK(welch_t(std::vector<double>{1, 1}, std::vector<double>{2, 2}).refusal().cause ==
        Cause::constant);
  CHECK(welch_t(std::vector<double>{1, 1}, std::vector<double>{2, 3}));
  // Equal differences but for rounding are no sign of a spread.
  const Differences pairs =
      *differences(std::vector<double>{0.81, 0.82, 0.83}, std::vector<double>{0.80, 0.81, 0.82});
  CHECK(paired_t(pairs).refusal().cause == Cause::constant);
  CHECK(corrected_t(pairs, 0.1).refusal().cause == Cause::constant);
}

TEST_CASE("very small p-values keep their digits") {
  // Origin: mpmath 1.2.1, 2 · P(T > 40) with 30 degrees of freedom through betainc, 50 digits.
  const TTest found = t_test_of(40, 1, 30, 31, {});
  CHECK(found.test.p == near(1.3726045194406403e-27, 1e-10));
}

TEST_CASE("p-values of t-tests on equal means are uniform") {
  int below = 0;
  for (int study = 0; study < 4000; ++study)
    below += one_sample_t(bell_shaped(5, study, 8))->test.p < 0.05 ? 1 : 0;
  CHECK(below > 4000 * 0.05 - 4 * 13.8);  // four standard errors
  CHECK(below < 4000 * 0.05 + 4 * 13.8);
}

TEST_CASE("a million values are no trouble to a t-test") {
  std::vector<double> values(1'000'000);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = 1e6 + static_cast<double>(i % 2);
  const TTest found = *one_sample_t(values, {.null_value = 1e6 + 0.5});
  CHECK(found.estimate == 1e6 + 0.5);
  CHECK(found.test.p == 1);
}
