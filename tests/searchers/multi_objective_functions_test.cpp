#include "searchers/problems/multi_objective_functions.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "searchers/encoding/unit_cube.hpp"
#include "searchers/numerics/hypervolume.hpp"
#include "searchers/numerics/rng.hpp"
#include "tests/support/golden.hpp"

using namespace winnow;
using namespace winnow::tests;
using namespace winnow::problems;
using search::Losses;

namespace {

// About `count` vectors of the front, those that others dominate (of ZDT3, whose front has gaps)
// included.
std::vector<Losses> sampled_front(const MultiObjectiveFunction& function, int count) {
  std::vector<Losses> front;
  if (function.reference.size() == 2) {
    for (int i = 0; i <= count; ++i) front.push_back(function.front({i / double(count)}));
    return front;
  }
  const int side = static_cast<int>(std::sqrt(count));
  for (int i = 0; i <= side; ++i)
    for (int k = 0; k <= side; ++k)
      front.push_back(function.front({i / double(side), k / double(side)}));
  return front;
}

}  // namespace

TEST_CASE("the problems are those of another implementation") {
  const auto numbers = golden("multi_objective_functions");
  const std::vector<MultiObjectiveFunction> functions = multi_objective_functions();
  REQUIRE(numbers.at("functions").size() == functions.size());
  for (std::size_t i = 0; i < functions.size(); ++i) {
    const auto& expected = numbers.at("functions")[i];
    CHECK(expected.at("name") == functions[i].name);
    for (const auto& row : expected.at("values")) {
      Point point;
      for (const Parameter& parameter : functions[i].space.parameters())
        point.set(parameter.name, row.at("point").at(parameter.name).get<double>());
      REQUIRE(functions[i].space.contains(point));
      const Losses losses = functions[i].losses(point);
      REQUIRE(losses.size() == row.at("losses").size());
      for (std::size_t j = 0; j < losses.size(); ++j)
        CHECK(losses[j] == Approx(row.at("losses")[j].get<double>()).epsilon(1e-10));
    }
  }
}

TEST_CASE(
    "the reachable hypervolume is that of many points of the front, and none lies behind it") {
  for (const MultiObjectiveFunction& function : multi_objective_functions()) {
    INFO(function.name);
    const std::vector<Losses> front = sampled_front(function, 100'000);
    const double found = search::hypervolume(front, function.reference);
    CHECK(found < function.hypervolume + 1e-9);
    CHECK(found > 0.99 * function.hypervolume);
    if (function.reference.size() == 2) CHECK(found > 0.9999 * function.hypervolume);
  }
}

TEST_CASE("no random point lies before the front") {
  for (const MultiObjectiveFunction& function : multi_objective_functions()) {
    INFO(function.name);
    std::vector<Losses> front = sampled_front(function, 5'000);
    const double of_front = search::hypervolume(front, function.reference);
    const search::UnitCube cube(function.space);
    search::Rng rng(1, 0, "points");
    for (int i = 0; i < 200; ++i) {
      std::vector<double> unit_point(cube.dimension());
      for (double& coordinate : unit_point) coordinate = rng.uniform();
      front.push_back(function.losses(cube.decode(unit_point)));
    }
    // Where the front is sampled sparsely, a point may fill a gap; it cannot go far beyond.
    CHECK(search::hypervolume(front, function.reference) < of_front * 1.001);
  }
}
