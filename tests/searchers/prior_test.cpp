#include <catch2/catch.hpp>
#include <cmath>

#include "searchers/encoding/unit_cube.hpp"
#include "searchers/encoding/user_belief.hpp"
#include "searchers/numerics/prior_probability.hpp"

using namespace winnow;
using namespace winnow::search;

namespace {

UnitCube cube(const Real& real) { return UnitCube(SearchSpace({{"x", real}})); }

double at(const UnitCube& cube, double unit) {
  return std::get<double>(cube.decode(std::vector<double>{unit}).entries()[0].second);
}

Real normal(double low, double high, double mean, double deviation) {
  return {low, high, Scale::quantile, {}, NormalPrior{mean, deviation}};
}

}  // namespace

TEST_CASE("a coordinate is a quantile of the prior") {
  // Python 3.11, statistics.NormalDist(1, 2).inv_cdf(p).
  const UnitCube wide = cube(normal(-15, 17, 1, 2));
  CHECK(at(wide, 0.1) == Approx(-1.5631031310892016).epsilon(1e-12));
  CHECK(at(wide, 0.5) == Approx(1.0).epsilon(1e-12));
  CHECK(at(wide, 0.975) == Approx(4.919927969080107).epsilon(1e-12));
  CHECK(at(wide, 0) == -15);
  CHECK(at(wide, 1) == 17);
  const UnitCube logarithmic =
      cube({std::exp(-15.0), std::exp(17.0), Scale::quantile, {}, LogNormalPrior{1, 2}});
  CHECK(at(logarithmic, 0.975) == Approx(std::exp(4.919927969080107)).epsilon(1e-11));
}

TEST_CASE("a range cuts its prior and keeps its form") {
  // NormalDist(0, 1): a, b = cdf(-1), cdf(2); inv_cdf(a + 0.25 * (b - a)).
  CHECK(at(cube(normal(-1, 2, 0, 1)), 0.25) == Approx(-0.34964142929246544).epsilon(1e-12));
}

TEST_CASE("the beta distributions whose quantiles are powers have them") {
  const UnitCube square = cube({0, 1, Scale::quantile, {}, BetaPrior{2, 1}});
  const UnitCube rest = cube({0, 1, Scale::quantile, {}, BetaPrior{1, 3}});
  for (const double p : {0.01, 0.3, 0.99}) {
    CHECK(at(square, p) == Approx(std::sqrt(p)).epsilon(1e-12));
    CHECK(at(rest, p) == Approx(1 - std::cbrt(1 - p)).epsilon(1e-12));
  }
}

TEST_CASE("a stepped number owns the probability of being rounded to it") {
  const UnitCube stepped = cube({-8, 8, Scale::quantile, 0.5, NormalPrior{0, 1}});
  const int draws = 20'000;
  int hits = 0;
  for (int i = 0; i < draws; ++i) hits += at(stepped, (i + 0.5) / draws) == 0.5;
  // NormalDist(): cdf(0.75) - cdf(0.25).
  CHECK(static_cast<double>(hits) / draws == Approx(0.17466632194020804).margin(1e-4));
}

TEST_CASE("values under a prior are found again") {
  const std::vector<Real> ranges = {normal(-1, 2, 0, 1),
                                    normal(-8, 8, 0, 1),
                                    {1e-3, 50, Scale::quantile, {}, LogNormalPrior{0, 1}},
                                    {0, 1, Scale::quantile, {}, BetaPrior{0.5, 0.5}},
                                    {-8, 8, Scale::quantile, 0.25, NormalPrior{0, 1}},
                                    {0, 1, Scale::quantile, 0.1, BetaPrior{2, 5}}};
  for (const Real& range : ranges) {
    const UnitCube tested = cube(range);
    for (int i = 1; i < 50; ++i) {
      const Point point = tested.decode(std::vector<double>{i / 50.0});
      CHECK(tested.space().contains(point));
      const double again = at(tested, tested.encode(point)[0]);
      CHECK(again == Approx(std::get<double>(point.entries()[0].second)).epsilon(1e-9));
    }
  }
}

TEST_CASE("probabilities and quantiles are each other's inverse") {
  for (const Prior& prior : {Prior(NormalPrior{3, 0.5}), Prior(LogNormalPrior{-2, 1}),
                             Prior(BetaPrior{2, 5}), Prior(BetaPrior{0.5, 0.5})}) {
    for (const double p : {1e-6, 0.2, 0.5, 0.999})
      CHECK(prior_below(prior, prior_quantile(prior, p)) == Approx(p).epsilon(1e-9));
  }
  CHECK(prior_below(LogNormalPrior{0, 1}, -1) == 0);
  CHECK(prior_below(BetaPrior{2, 2}, 1.5) == 1);
}

TEST_CASE("a prior's density is the slope of its probability") {
  const std::vector<std::pair<Prior, std::vector<double>>> cases = {
      {NormalPrior{1, 2}, {-3, 0.5, 4}},
      {LogNormalPrior{-1, 0.7}, {0.05, 0.4, 2}},
      {BetaPrior{0.5, 3}, {0.01, 0.3, 0.9}}};
  for (const auto& [prior, points] : cases)
    for (const double x : points) {
      const double step = 1e-5 * std::abs(x);
      const double slope =
          (prior_below(prior, x + step) - prior_below(prior, x - step)) / (2 * step);
      CHECK(std::exp(prior_log_density(prior, x)) == Approx(slope).epsilon(1e-5));
    }
  CHECK(std::isfinite(prior_log_density(LogNormalPrior{0, 1}, 0)));
  CHECK(std::isfinite(prior_log_density(BetaPrior{0.5, 0.5}, 1)));
}

TEST_CASE("a user's belief compares with having said nothing, and has the slope of its values") {
  const MixedSpace space(
      SearchSpace({{"kind", Categorical{{std::string("a"), std::string("b")}, false, {3, 1}}},
                   {"x", normal(-2, 4, 1, 1)},
                   {"plain", Real{0, 1}},
                   {"only",
                    Real{0.1, 5, Scale::quantile, {}, LogNormalPrior{0, 1}},
                    {{"kind", {std::string("b")}}}}}));
  const UserBelief belief(space);
  CHECK_FALSE(belief.is_silent());
  CHECK(UserBelief(MixedSpace(SearchSpace({{"plain", Real{0, 1}}}))).is_silent());
  const auto row_of = [&](const char* kind, double x, std::optional<double> only) {
    Point point({{"kind", Value(std::string(kind))}, {"x", Value(x)}, {"plain", Value(0.5)}});
    if (only) point.set("only", *only);
    return space.encode(point);
  };
  // ln of: 3 of 4 where 1/2 is even; Python 3.11, NormalDist(1, 1): 6 · pdf(1) / (cdf(4) −
  // cdf(−2)).
  const Eigen::VectorXd likely = row_of("a", 1, {});
  CHECK(belief.at_each(likely.transpose())[0] ==
        Approx(std::log(1.5) + std::log(2.4001339)).epsilon(1e-6));
  Eigen::VectorXd gradient;
  const Eigen::VectorXd row = row_of("b", 0.3, 2);
  CHECK(belief.slope_at(row, gradient) == belief.at_each(row.transpose())[0]);
  CHECK(gradient[0] == 0);
  CHECK(gradient[2] == 0);
  for (const Eigen::Index j : {1, 3}) {
    Eigen::MatrixXd beside(2, 4);
    beside.row(0) = beside.row(1) = row;
    beside(0, j) -= 1e-4;
    beside(1, j) += 1e-4;
    const Eigen::VectorXd values = belief.at_each(beside);
    CHECK(gradient[j] == Approx((values[1] - values[0]) / 2e-4).epsilon(1e-4));
  }
}
