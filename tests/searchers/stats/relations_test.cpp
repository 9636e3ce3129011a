#include <Eigen/Core>

#include "searchers/stats/relations/correlation.hpp"
#include "searchers/stats/relations/pair_agreement.hpp"
#include "searchers/stats/relations/regression.hpp"
#include "searchers/stats/relations/response_surface.hpp"
#include "tests/searchers/stats/stats_support.hpp"

using namespace winnow::stats;
using namespace winnow::tests;

namespace {

Eigen::MatrixXd matrix(const nlohmann::json& rows) {
  const auto values = table(rows);
  Eigen::MatrixXd result(static_cast<Eigen::Index>(values.size()),
                         static_cast<Eigen::Index>(values[0].size()));
  for (std::size_t i = 0; i < values.size(); ++i)
    for (std::size_t j = 0; j < values[i].size(); ++j)
      result(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) = values[i][j];
  return result;
}

Eigen::VectorXd vector(const nlohmann::json& values) {
  const std::vector<double> list = numbers(values);
  return Eigen::Map<const Eigen::VectorXd>(list.data(), static_cast<Eigen::Index>(list.size()));
}

std::vector<std::string> names(Eigen::Index d) {
  std::vector<std::string> result;
  for (Eigen::Index j = 0; j < d; ++j) result.push_back("x" + std::to_string(j));
  return result;
}

}  // namespace

TEST_CASE("Pearson correlations equal SciPy's") {
  for (const auto& row : golden("relations")["pearson"]) {
    const Correlation found =
        *pearson(numbers(row["x"]), numbers(row["y"]), {.tail = tail_named(row["tail"])});
    CHECK(found.coefficient == near(row["r"]));
    CHECK(found.test.p == near(row["p"]));
    check_interval(found.interval, number(row["low"]), number(row["high"]));
  }
}

TEST_CASE("Spearman correlations are exact over all orders, or have SciPy's limit") {
  for (const auto& row : golden("relations")["spearman"]) {
    const std::vector<double> x = numbers(row["x"]), y = numbers(row["y"]);
    const Tail tail = tail_named(row["tail"]);
    const Correlation found = *spearman(x, y, {.tail = tail});
    CHECK(found.coefficient == near(row["rho"]));
    if (row.contains("p")) {
      CHECK(found.test.method == Method::exact);
      CHECK(found.test.p == near(row["p"]));
    } else {
      CHECK(found.test.p == near(row["limit"]));
      check_interval(found.interval, number(row["low"]), number(row["high"]));
    }
  }
}

TEST_CASE("Kendall correlations equal SciPy's, exact and in the limit") {
  for (const auto& row : golden("relations")["kendall"]) {
    const std::vector<double> x = numbers(row["x"]), y = numbers(row["y"]);
    const Tail tail = tail_named(row["tail"]);
    const Correlation found = *kendall(x, y, {.tail = tail});
    CHECK(found.coefficient == near(row["tau"]));
    if (row.contains("p")) {
      CHECK(found.test.method == Method::exact);
      CHECK(found.test.p == near(row["p"]));
    }
    if (row.contains("limit"))
      CHECK(kendall(x, y, {.tail = tail, .effort = Effort::approximate})->test.p ==
            near(row["limit"]));
  }
}

TEST_CASE("agreement of pairs equals counting them one by one") {
  const std::vector<double> x = {1, 2, 2, 3, 5, 5, 5, 0}, y = {2, 1, 1, 4, 4, 3, 4, 2};
  const PairAgreement found = pair_agreement(x, y);
  std::int64_t concordant = 0, discordant = 0, tied_x = 0, tied_y = 0;
  for (std::size_t i = 0; i < x.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) {
      const double product = (x[i] - x[j]) * (y[i] - y[j]);
      concordant += product > 0 ? 1 : 0;
      discordant += product < 0 ? 1 : 0;
      tied_x += x[i] == x[j] ? 1 : 0;
      tied_y += y[i] == y[j] ? 1 : 0;
    }
  CHECK(found.concordant == concordant);
  CHECK(found.discordant == discordant);
  CHECK(found.tied_x == tied_x);
  CHECK(found.tied_y == tied_y);
}

TEST_CASE("a perfect correlation has a defined end, a constant quantity none") {
  const std::vector<double> x = {1, 2, 3, 4, 5};
  for (const Correlation& found : {*pearson(x, x), *spearman(x, x), *kendall(x, x)}) {
    CHECK(found.coefficient == 1);
    CHECK(found.interval.low == 1);
    CHECK(found.interval.high == 1);
  }
  CHECK(spearman(x, x)->test.p == near(2.0 / 120));
  CHECK(kendall(x, x)->test.p == near(2.0 / 120));
  CHECK(pearson(x, std::vector<double>(5, 1)).refusal().cause == Cause::constant);
  CHECK(pearson(x, std::vector<double>{1, 2}).refusal().cause == Cause::unequal);
  CHECK(kendall(std::vector<double>{1, 2}, std::vector<double>{1, 2}).refusal().needed == 3);
  CHECK(pearson(std::vector<double>{1, 2, 3}, std::vector<double>{1, 3, 2})->interval.low == -1);
}

TEST_CASE("correlations take a million points") {
  std::vector<double> x = bell_shaped(2, 0, 1'000'000), y = bell_shaped(2, 1, 1'000'000);
  CHECK(std::abs(kendall(x, y)->coefficient) < 0.005);
  CHECK(std::abs(spearman(x, y)->coefficient) < 0.005);
  CHECK(std::abs(pearson(x, y)->coefficient) < 0.005);
}

TEST_CASE("regressions equal those of statsmodels") {
  for (const auto& row : golden("relations")["ols"]) {
    const Eigen::MatrixXd x = matrix(row["x"]);
    const Regression found = *least_squares(x, names(x.cols()), numbers(row["y"]));
    // Settings that nearly determine each other leave fewer digits: the condition number is 10^4.
    const double tolerance = 1e-8;
    for (std::size_t j = 0; j < found.coefficients.size(); ++j) {
      const Coefficient& coefficient = found.coefficients[j];
      CHECK(coefficient.value == near(row["beta"][j], tolerance));
      CHECK(coefficient.standard_error == near(row["se"][j], tolerance));
      CHECK(coefficient.test.statistic == near(row["t"][j], tolerance));
      CHECK(coefficient.test.p == near(row["p"][j], tolerance));
      check_interval(coefficient.interval, row["low"][j], row["high"][j], tolerance);
      if (j > 0) CHECK(coefficient.variance_inflation == near(row["vif"][j - 1], tolerance));
    }
    CHECK(found.r_squared == near(row["r2"]));
    CHECK(found.adjusted_r_squared == near(row["adjusted"]));
    CHECK(found.predicted_r_squared == near(row["predicted_r2"], tolerance));
    CHECK(found.overall.statistic == near(row["f"], tolerance));
    CHECK(found.overall.p == near(row["f_p"], tolerance));
    // statsmodels does not count the error's variance as a parameter either.
    CHECK(found.aic == near(row["aic"]));
    CHECK(found.bic == near(row["bic"]));
    CHECK(found.residual_deviation == near(row["sigma"]));
    CHECK(found.diagnostics.equal_variance->statistic == near(row["bp"][0], tolerance));
    CHECK(found.diagnostics.equal_variance->p == near(row["bp"][1], tolerance));
    for (std::size_t i = 0; i < found.diagnostics.leverages.size(); ++i) {
      CHECK(found.diagnostics.leverages[i] == near(row["leverage"][i], tolerance));
      CHECK(found.diagnostics.studentised_residuals[i] ==
            near(row["studentised"][i], tolerance, 1e-10));
      CHECK(found.diagnostics.cooks_distances[i] == near(row["cooks"][i], tolerance, 1e-12));
    }
    const Prediction at = predicted(found, vector(row["new"]));
    CHECK(at.value == near(row["predicted"], tolerance));
    check_interval(at.of_mean, row["mean_low"], row["mean_high"], tolerance);
    check_interval(at.of_score, row["obs_low"], row["obs_high"], tolerance);
  }
}

TEST_CASE("known coefficients are recovered, whatever the scales of the settings") {
  Eigen::MatrixXd x(12, 2);
  std::vector<double> y;
  for (int i = 0; i < 12; ++i) {
    x(i, 0) = 1e-6 * (i % 5);
    x(i, 1) = 1e9 + 1e6 * (i * i % 7);
    y.push_back(3 + 2e6 * x(i, 0) - 4e-6 * x(i, 1) + (i % 2 == 0 ? 0.01 : -0.01));
  }
  const Regression found = *least_squares(x, {"rate", "tokens"}, y);
  CHECK(found.coefficients[1].value == Approx(2e6).epsilon(0.02));
  CHECK(found.coefficients[2].value == Approx(-4e-6).epsilon(0.02));
}

TEST_CASE("settings that determine each other are refused by name") {
  Eigen::MatrixXd x(6, 2);
  x << 1, 2, 2, 4, 3, 6, 4, 8, 5, 10, 6, 12;
  const Answer<Regression> found =
      least_squares(x, {"rate", "twice_rate"}, std::vector<double>{1, 3, 2, 5, 4, 7});
  CHECK(found.refusal().cause == Cause::singular);
  CHECK(found.refusal().reason.find("rate") != std::string::npos);
  Eigen::MatrixXd constant(6, 1);
  constant << 2, 2, 2, 2, 2, 2;
  CHECK(least_squares(constant, {"fixed"}, std::vector<double>{1, 3, 2, 5, 4, 7}).refusal().cause ==
        Cause::singular);
}

TEST_CASE("a regression without degrees of freedom or variation is refused") {
  Eigen::MatrixXd x(2, 1);
  x << 1, 2;
  CHECK(least_squares(x, {"a"}, std::vector<double>{1, 2}).refusal().needed == 3);
  Eigen::MatrixXd longer(4, 1);
  longer << 1, 2, 3, 4;
  CHECK(least_squares(longer, {"a"}, std::vector<double>{5, 5, 5, 5}).refusal().cause ==
        Cause::constant);
  CHECK(least_squares(longer, {"a"}, std::vector<double>{1, 2, 3, 4}).refusal().cause ==
        Cause::constant);
  CHECK(least_squares(longer, {"a"}, std::vector<double>{1, 2, NAN, 4}).refusal().cause ==
        Cause::not_finite);
}

TEST_CASE("response surfaces equal statsmodels' fit and SciPy's bounded minimum") {
  for (const auto& row : golden("relations")["surface"]) {
    const Eigen::MatrixXd x = matrix(row["x"]);
    const ResponseSurface found =
        *response_surface(x, names(x.cols()), numbers(row["y"]), {.sampling = {.resamples = 200}});
    for (std::size_t j = 0; j < found.model.coefficients.size(); ++j)
      CHECK(found.model.coefficients[j].value == near(row["beta"][j], 1e-8, 1e-10));
    for (Eigen::Index j = 0; j < x.cols(); ++j) {
      const auto k = static_cast<std::size_t>(j);
      CHECK((*found.stationary_point)[j] == near(row["stationary"][k], 1e-8));
      CHECK(found.curvatures[j] == near(row["curvatures"][k], 1e-8));
      CHECK(found.optimum.settings[j] == near(row["best"][k], 1e-6, 1e-7));
      CHECK(found.optimum.settings_intervals[k].low <= found.optimum.settings[j] + 1e-12);
      CHECK(found.optimum.settings_intervals[k].high >= found.optimum.settings[j] - 1e-12);
    }
    CHECK(found.optimum.prediction.value == near(row["value"], 1e-8, 1e-10));
    CHECK(found.lack_of_fit->statistic == near(row["f"], 1e-7));
    CHECK(found.lack_of_fit->p == near(row["f_p"], 1e-7));
  }
}

TEST_CASE("the minimum over the cube is found on whatever face it lies") {
  for (int problem = 0; problem < 40; ++problem) {
    const std::vector<double> draws = bell_shaped(3, problem, 12);
    Eigen::VectorXd linear(3);
    Eigen::MatrixXd quadratic(3, 3);
    for (int i = 0; i < 3; ++i) {
      linear[i] = draws[static_cast<std::size_t>(i)];
      for (int j = 0; j <= i; ++j)
        quadratic(i, j) = quadratic(j, i) =
            draws[static_cast<std::size_t>(3 + i * (i + 1) / 2 + j)];
    }
    const auto value = [&](const Eigen::VectorXd& x) {
      double sum = 0;
      for (int i = 0; i < 3; ++i) {
        sum += linear[i] * x[i];
        for (int j = 0; j < 3; ++j) sum += x[i] * quadratic(i, j) * x[j];
      }
      return sum;
    };
    const double least = value(minimum_in_cube(linear, quadratic));
    double on_grid = 1e9;
    for (int a = 0; a <= 20; ++a)
      for (int b = 0; b <= 20; ++b)
        for (int c = 0; c <= 20; ++c) {
          Eigen::VectorXd x(3);
          x << a, b, c;
          on_grid = std::min(on_grid, value(x / 20));
        }
    CHECK(least <= on_grid + 1e-12);
    CHECK(least >= on_grid - 0.05);
  }
}

TEST_CASE("too many settings for a surface are refused") {
  const Eigen::MatrixXd x = Eigen::MatrixXd::Zero(10, 9);
  CHECK(response_surface(x, names(9), std::vector<double>(10, 0)).refusal().cause ==
        Cause::too_many);
}
