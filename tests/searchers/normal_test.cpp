#include "searchers/numerics/normal.hpp"

#include <catch2/catch.hpp>

#include "tests/searchers/model_support.hpp"

using namespace winnow::search;

TEST_CASE("logarithms of the normal distribution equal those of arbitrary precision") {
  for (const auto& row : winnow::tests::golden("gaussian_process")["normal"]["logs"]) {
    const double z = row["z"];
    INFO("z = " << z);
    CHECK(log_h(z) == Approx(row["log_h"].get<double>()).epsilon(1e-12).margin(1e-13));
    CHECK(log_normal_below(z) ==
          Approx(row["log_below"].get<double>()).epsilon(1e-12).margin(1e-13));
  }
}

TEST_CASE("normal quantiles equal those of scipy and are the inverse of the distribution") {
  for (const auto& row : winnow::tests::golden("gaussian_process")["normal"]["quantiles"]) {
    const double p = row["p"], z = normal_quantile(p);
    CHECK(z == Approx(row["z"].get<double>()).epsilon(1e-12).margin(1e-15));
    CHECK(normal_below(z) == Approx(p).epsilon(1e-12));
  }
}

TEST_CASE("slopes of the logarithms equal finite differences, across all branches") {
  for (double z : {-200.0, -25.001, -24.999, -10.0, -1.001, -0.999, 0.0, 2.0, 8.0}) {
    INFO("z = " << z);
    const double step = 1e-5 * std::max(1.0, std::abs(z));
    CHECK(log_h_slope(z) == Approx((log_h(z + step) - log_h(z - step)) / (2 * step)).epsilon(1e-6));
    CHECK(log_normal_below_slope(z) ==
          Approx((log_normal_below(z + step) - log_normal_below(z - step)) / (2 * step))
              .epsilon(1e-6)
              .margin(1e-12));
  }
}
