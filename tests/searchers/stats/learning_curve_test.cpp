#include "searchers/stats/relations/learning_curve.hpp"

#include <catch2/catch.hpp>

#include "tests/searchers/stats/stats_support.hpp"

using namespace winnow;
using namespace winnow::stats;

TEST_CASE("a learning curve is SciPy's, and so is the interval around what it foresees") {
  for (const auto& golden : tests::golden("learning_curves").at("power_law")) {
    const auto amounts = tests::numbers(golden.at("amounts"));
    const auto curve = fit_learning_curve(amounts, tests::numbers(golden.at("scores")));
    REQUIRE(curve);
    // The rate is where a sum of squares is flat: half of its digits are known.
    CHECK(curve->limit == tests::near(golden.at("limit"), 1e-5, 1e-6));
    CHECK(curve->gain == tests::near(golden.at("gain"), 1e-5));
    CHECK(curve->rate == tests::near(golden.at("rate"), 1e-5));
    CHECK(curve->residual_deviation == tests::near(golden.at("deviation"), 1e-8));
    CHECK(curve->has_rate);
    const Extrapolation beyond = extrapolate(*curve, golden.at("beyond"));
    CHECK(beyond.score == tests::near(golden.at("score"), 1e-5));
    tests::check_interval(beyond.of_score, tests::number(golden.at("low")),
                          tests::number(golden.at("high")), 1e-5, 1e-6);
  }
}

TEST_CASE("a curve without an error is found again, whatever its units") {
  for (const double unit : {1e-3, 1.0, 1e9}) {
    std::vector<double> amounts, scores;
    for (int k = 1; k <= 8; ++k) {
      amounts.push_back(unit * k);
      scores.push_back(0.25 + 2 * std::pow(k / 8.0, -0.7));
    }
    const auto curve = fit_learning_curve(amounts, scores);
    REQUIRE(curve);
    CHECK(curve->rate == Approx(0.7).epsilon(1e-5));
    CHECK(curve->limit == Approx(0.25).epsilon(1e-4));
    CHECK(extrapolate(*curve, 80 * unit).score == Approx(0.25 + 2 * std::pow(10.0, -0.7)));
  }
}

TEST_CASE("intervals of what a learning curve foresees hold it about as often as they say") {
  int held = 0;
  constexpr int curves = 400;
  for (int study = 0; study < curves; ++study) {
    std::vector<double> amounts, scores;
    const std::vector<double> noise = tests::bell_shaped(7, study, 13);
    for (int k = 1; k <= 12; ++k) {
      amounts.push_back(k);
      scores.push_back(0.3 + 0.5 * std::pow(k, -0.8) + 0.01 * noise[static_cast<std::size_t>(k)]);
    }
    const auto curve = fit_learning_curve(amounts, scores);
    REQUIRE(curve);
    const double truth = 0.3 + 0.5 * std::pow(18, -0.8) + 0.01 * noise[0];
    held += extrapolate(*curve, 18).of_score.contains(truth);
  }
  CHECK(held > 0.91 * curves);  // a standard error is 1.1 %
}

TEST_CASE("a line in the logarithm has no rate, and what is no curve is refused") {
  std::vector<double> amounts, scores;
  for (int k = 1; k <= 10; ++k) {
    amounts.push_back(k);
    scores.push_back(std::log(k));
  }
  const auto line = fit_learning_curve(amounts, scores);
  REQUIRE(line);
  CHECK_FALSE(line->has_rate);
  const std::vector<double> constant(10, 0.5), few = {1, 2, 3, 4};
  CHECK(fit_learning_curve(amounts, constant).refusal().cause == Cause::constant);
  CHECK(fit_learning_curve(few, few).refusal().cause == Cause::too_few);
  const std::vector<double> repeated = {1, 1, 2, 2, 3, 3, 4, 4, 4, 4};
  CHECK(fit_learning_curve(repeated, scores).refusal().needed == 5);
  amounts.front() = 0;
  CHECK(fit_learning_curve(amounts, scores).refusal().cause == Cause::out_of_reach);
  CHECK(fit_learning_curve(few, scores).refusal().cause == Cause::unequal);
}
