#include "searchers/operators/simulated_binary.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "tests/support/golden.hpp"

using namespace winnow::search;

TEST_CASE("children and mutants are those of another implementation") {
  const auto numbers = winnow::tests::golden("pareto");
  for (const auto& row : numbers.at("children")) {
    INFO(row.dump());
    const auto [low, high] =
        simulated_binary_children(row.at("a"), row.at("b"), row.at("eta"), row.at("u"));
    CHECK(low == Approx(row.at("low").get<double>()).margin(1e-12));
    CHECK(high == Approx(row.at("high").get<double>()).margin(1e-12));
  }
  for (const auto& row : numbers.at("mutants")) {
    INFO(row.dump());
    CHECK(polynomial_mutant(row.at("x"), row.at("eta"), row.at("u")) ==
          Approx(row.at("y").get<double>()).margin(1e-12));
  }
}

TEST_CASE("children and mutants stay inside, mutants move to the side that u says") {
  Rng rng(1, 0, "inside");
  for (int i = 0; i < 2000; ++i) {
    const double x = rng.uniform(), y = rng.uniform(), u = rng.uniform(), eta = 30 * rng.uniform();
    const auto [a, b] = std::minmax(x, y);
    const auto [low, high] = simulated_binary_children(a, b, eta, u);
    CHECK((0 <= low && low <= high && high <= 1));
    const double mutant = polynomial_mutant(x, eta, u);
    CHECK((0 <= mutant && mutant <= 1));
    CHECK((u < 0.5 ? mutant <= x : mutant >= x));
  }
}

TEST_CASE("far from the bounds the children lie around the middle of their parents") {
  const auto [low, high] = simulated_binary_children(0.45, 0.55, 20, 0.3);
  CHECK((low + high) / 2 == Approx(0.5).epsilon(1e-12));
}

TEST_CASE("an unordered coordinate of a child is one of its parents'") {
  const Axes axes{{true, false, true}, {0.25, 0, 0.5}};
  const std::vector<double> mother = {0.125, 0.2, 0.25}, father = {0.875, 0.6, 0.25};
  Rng rng(1, 0, "choices");
  std::set<double> firsts, seconds;
  for (int i = 0; i < 100; ++i) {
    const std::vector<double> child = cross_simulated_binary(mother, father, axes, 20, rng);
    firsts.insert(child[0]);
    seconds.insert(child[1]);
    CHECK(child[2] == 0.25);
  }
  CHECK(firsts == std::set<double>{0.125, 0.875});
  CHECK(seconds.size() > 10);  // blended
}

TEST_CASE("a mutant of a coarse axis leaves its cell") {
  const Axes axes{{false, true, false}, {1.0 / 3, 1.0 / 4, 0}};
  Rng rng(1, 0, "coarse");
  for (int i = 0; i < 100; ++i) {
    std::vector<double> genome = {0.5, 0.125, 0.5};
    mutate_polynomial(genome, axes, 20, 1, rng);
    CHECK(std::abs(genome[0] - 0.5) >= 1.0 / 3 - 1e-12);
    CHECK((genome[2] != 0.5 && genome[2] > 0.2 && genome[2] < 0.8));
    mutate_polynomial(genome, axes, 20, 0, rng);
    for (double coordinate : genome) CHECK((0 <= coordinate && coordinate <= 1));
  }
}

TEST_CASE("a rate of 0 mutates nothing") {
  const Axes axes{{false, true}, {0, 0.5}};
  std::vector<double> genome = {0.3, 0.25};
  Rng rng(1, 0, "nothing");
  mutate_polynomial(genome, axes, 20, 0, rng);
  CHECK(genome == std::vector<double>{0.3, 0.25});
}
