#include "searchers/models/axis_mixture.hpp"

#include <catch2/catch.hpp>
#include <cmath>

using namespace winnow::search;

namespace {

const std::vector<double> points = {0.1, 0.15, 0.8};
const std::vector<double> weights = {1, 2, 0.5};

}  // namespace

TEST_CASE("a mixture's density is a density, highest where its points are") {
  const AxisMixture mixture(points, weights, {});
  double mass = 0;
  constexpr int steps = 10'000;
  for (int i = 0; i < steps; ++i) mass += std::exp(mixture.log_density((i + 0.5) / steps)) / steps;
  CHECK(mass == Approx(1).epsilon(1e-6));
  CHECK(mixture.log_density(0.13) > mixture.log_density(0.8));
  CHECK(mixture.log_density(0.8) > mixture.log_density(0.99));
}

TEST_CASE("what is drawn follows the density") {
  const AxisMixture mixture(points, weights, {});
  Rng rng(1, 0, "draws");
  constexpr int draws = 20'000, bins = 10;
  std::vector<int> drawn(bins);
  for (int i = 0; i < draws; ++i) {
    const double x = mixture.sample(rng);
    REQUIRE((x >= 0 && x <= 1));
    ++drawn[static_cast<std::size_t>(std::min(bins - 1.0, x * bins))];
  }
  for (int bin = 0; bin < bins; ++bin) {
    double expected = 0;
    for (int i = 0; i < 100; ++i)
      expected += std::exp(mixture.log_density((bin + (i + 0.5) / 100) / bins)) / 100 / bins;
    // Five standard errors of a share at most: 5 √(1/4 / 20,000) = 0.018.
    CHECK(drawn[static_cast<std::size_t>(bin)] / double(draws) == Approx(expected).margin(0.018));
  }
}

TEST_CASE("an unordered axis counts how often each value occurs, and all get some probability") {
  const std::vector<double> cells = {0.125, 0.125, 0.375, 0.875};  // middles of four
  const AxisMixture mixture(cells, std::vector<double>(4, 1.0),
                            {0.25, {0.125, 0.375, 0.625, 0.875}});
  const auto probability = [&](double cell) { return std::exp(mixture.log_density(cell)); };
  CHECK(probability(0.125) == Approx((2 + 0.25) / 5));
  CHECK(probability(0.625) == Approx(0.25 / 5));
  CHECK(probability(0.125) + probability(0.375) + probability(0.625) + probability(0.875) ==
        Approx(1));
  Rng rng(1, 0, "draws");
  int first = 0;
  for (int i = 0; i < 4000; ++i) first += mixture.sample(rng) == 0.125;
  CHECK(first / 4000.0 == Approx(2.25 / 5).margin(0.04));
}

TEST_CASE("a mixture of nothing is the prior alone") {
  const AxisMixture mixture({}, {}, {});
  CHECK(mixture.log_density(0.5) > mixture.log_density(0));
  CHECK(std::exp(mixture.log_density(0)) > 0.8);
}
