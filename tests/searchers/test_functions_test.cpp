#include "searchers/problems/test_functions.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "searchers/encoding/unit_cube.hpp"
#include "searchers/numerics/rng.hpp"
#include "searchers/problem/error.hpp"
#include "tests/support/golden.hpp"

using namespace winnow;
using namespace winnow::tests;
using namespace winnow::problems;

namespace {

// A JSON object as a point; members that `space` does not know are left out, and missed by it.
Point point_from(const nlohmann::json& members, const SearchSpace& space) {
  Point point;
  for (const Parameter& parameter : space.parameters()) {
    const auto member = members.find(parameter.name);
    if (member == members.end()) continue;
    if (member->is_boolean()) point.set(parameter.name, member->get<bool>());
    if (member->is_number_integer()) point.set(parameter.name, member->get<std::int64_t>());
    if (member->is_number_float()) point.set(parameter.name, member->get<double>());
    if (member->is_string()) point.set(parameter.name, member->get<std::string>());
  }
  return point;
}

Point random_point(const search::UnitCube& cube, search::Rng& rng) {
  std::vector<double> unit(cube.dimension());
  for (double& coordinate : unit) coordinate = rng.uniform();
  return cube.decode(unit);
}

}  // namespace

TEST_CASE("test functions agree with their second implementation in Python") {
  const nlohmann::json expected_functions = golden("test_functions")["functions"];
  CHECK(expected_functions.size() == test_functions().size());
  for (const auto& expected : expected_functions) {
    const TestFunction function = test_function(expected["name"].get<std::string>());
    INFO(function.name);
    CHECK(function.optimum == expected["optimum"].get<double>());
    for (const auto& value : expected["values"]) {
      const Point point = point_from(value["point"], function.space);
      REQUIRE(function.space.fault(point).value_or("") == "");
      const double loss = value["loss"].get<double>();
      CHECK(function.loss(point) == Approx(loss).epsilon(1e-12).margin(1e-12));
    }
  }
}

TEST_CASE("test functions reach their optimum at their minimizer to 1e-12") {
  for (const TestFunction& function : test_functions()) {
    INFO(function.name);
    REQUIRE(function.space.contains(function.minimizer));
    CHECK(std::abs(function.loss(function.minimizer) - function.optimum) < 1e-12);
  }
}

TEST_CASE("no random point and no neighbour of the minimizer lies below the optimum") {
  for (const TestFunction& function : test_functions()) {
    INFO(function.name);
    const search::UnitCube cube(function.space);
    const std::vector<double> centre = cube.encode(function.minimizer);
    search::Rng rng(1, 0, "below the optimum");
    double least = std::numeric_limits<double>::infinity();
    for (int i = 0; i < 20'000; ++i) {
      least = std::min(least, function.loss(random_point(cube, rng)));
      std::vector<double> near = centre;
      const double reach = std::pow(10, -6 * rng.uniform());
      for (double& unit : near) unit = std::clamp(unit + reach * (2 * rng.uniform() - 1), 0.0, 1.0);
      least = std::min(least, function.loss(cube.decode(near)));
    }
    CHECK(least > function.optimum - 1e-12);
  }
}

TEST_CASE("no test function has its optimum in the middle of its space") {
  for (const TestFunction& function : test_functions()) {
    INFO(function.name);
    const search::UnitCube cube(function.space);
    const Point middle = cube.decode(std::vector<double>(cube.dimension(), 0.5));
    CHECK(function.loss(middle) - function.optimum > 0.1);
  }
}

TEST_CASE("an unknown test function is refused with the names there are") {
  CHECK_THROWS_WITH(test_function("brannin"), Catch::Contains("branin, hartmann6, ackley5"));
}
