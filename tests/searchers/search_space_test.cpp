#include "searchers/problem/search_space.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "searchers/problem/error.hpp"

using namespace winnow;
using std::int64_t;
using std::string;

namespace {

std::vector<Fault> faults_of(std::vector<Parameter> parameters) {
  try {
    const SearchSpace space(std::move(parameters));
  } catch (const ConfigError& error) {
    return error.faults();
  }
  return {};
}

bool has_fault(const std::vector<Parameter>& parameters, const string& place) {
  const std::vector<Fault> faults = faults_of(parameters);
  return std::any_of(faults.begin(), faults.end(),
                     [&](const Fault& fault) { return fault.place == place; });
}

// optimizer → momentum (of sgd) and beta2 (of adam or adamw); given children first.
SearchSpace optimizer_space() {
  return SearchSpace({{"momentum", Real{0, 1}, {{"optimizer", {string("sgd")}}}, 0.9},
                      {"lr", Real{1e-5, 1e-1, Scale::log}},
                      {"optimizer", Categorical{{string("sgd"), string("adam"), string("adamw")}}},
                      {"beta2",
                       Real{0.9, 0.999, Scale::reverse_log},
                       {{"optimizer", {string("adam"), string("adamw")}}}},
                      {"task", Constant{string("sst2")}}});
}

}  // namespace

TEST_CASE("parents come before children, otherwise the order given is kept") {
  const SearchSpace space = optimizer_space();
  std::vector<string> names;
  for (const Parameter& parameter : space.parameters()) names.push_back(parameter.name);
  CHECK(names == std::vector<string>{"lr", "optimizer", "momentum", "beta2", "task"});
}

TEST_CASE("a point holds exactly the active parameters in order") {
  const SearchSpace space = optimizer_space();
  const string sgd = "sgd", adam = "adam", task = "sst2";
  CHECK(
      space.contains(Point({{"lr", 0.01}, {"optimizer", sgd}, {"momentum", 0.5}, {"task", task}})));
  CHECK(
      space.contains(Point({{"lr", 0.01}, {"optimizer", adam}, {"beta2", 0.99}, {"task", task}})));

  const auto fault = [&](std::vector<std::pair<string, Value>> entries) {
    return space.fault(Point(std::move(entries))).value_or("");
  };
  CHECK(fault({{"lr", 0.01}, {"optimizer", sgd}, {"task", task}}) == "momentum is missing");
  CHECK(fault({{"lr", 0.01},
               {"optimizer", adam},
               {"momentum", 0.5},
               {"beta2", 0.99},
               {"task", task}}) == "momentum is not active here");
  CHECK(fault({{"optimizer", sgd}, {"lr", 0.01}, {"momentum", 0.5}, {"task", task}}) ==
        "lr is out of order or listed twice");
  CHECK(fault({{"lr", 0.01}, {"optimizer", sgd}, {"momentum", 0.5}, {"task", task}, {"x", true}}) ==
        "there is no parameter \"x\"");
  CHECK_THAT(fault({{"lr", 1.0}, {"optimizer", sgd}, {"momentum", 0.5}, {"task", task}}),
             Catch::Contains("lr: expected a number from 1e-05 to 0.1 (log), found 1.0"));
}

TEST_CASE("a partial point is completed with defaults and constants") {
  const SearchSpace space = optimizer_space();
  const auto completed = space.complete(Point({{"optimizer", string("sgd")}, {"lr", 0.01}}));
  REQUIRE(completed);
  CHECK(canonical_text(*completed) == "lr=0.01 optimizer=sgd momentum=0.9 task=sst2");
  CHECK_FALSE(space.complete(Point({{"optimizer", string("adam")}, {"lr", 0.01}})));
}

TEST_CASE("all faults of all parameters are found at once") {
  const std::vector<Fault> faults = faults_of({{"a", Real{1, 0}},
                                               {"b", Real{0, 1, Scale::log}},
                                               {"c", Categorical{{}}},
                                               {"c", Real{0, 1}},
                                               {"2 d", Real{0, 1}}});
  std::vector<string> places;
  for (const Fault& fault : faults) places.push_back(fault.place);
  CHECK(places == std::vector<string>{"parameters.a.max", "parameters.b.min", "parameters.c.values",
                                      "parameters.c", "parameters.2 d"});
}

TEST_CASE("domains that make no sense are refused at their key") {
  const double infinity = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(has_fault({{"a", Real{nan, 1}}}, "parameters.a.min"));
  CHECK(has_fault({{"a", Real{0, infinity}}}, "parameters.a.max"));
  CHECK(has_fault({{"a", Real{-1e308, 1e308}}}, "parameters.a.max"));
  CHECK(has_fault({{"a", Real{1e-300, 1e300, Scale::log}}}, "parameters.a.min"));
  CHECK(has_fault({{"a", Real{0, 1, Scale::reverse_log}}}, "parameters.a.max"));
  CHECK(has_fault({{"a", Real{0, 1, Scale::linear, 0.0}}}, "parameters.a.step"));
  CHECK(has_fault({{"a", Real{0, 1, Scale::linear, 2.0}}}, "parameters.a.step"));
  CHECK(has_fault({{"a", Real{0, 1, Scale::linear, 1e-13}}}, "parameters.a.step"));
  CHECK(has_fault({{"a", Real{1, 1 + 1e-9, Scale::linear, 1e-14}}}, "parameters.a.step"));
  CHECK(has_fault({{"a", Integer{5, 4}}}, "parameters.a.max"));
  CHECK(has_fault({{"a", Integer{0, 4, Scale::log}}}, "parameters.a.min"));
  CHECK(has_fault({{"a", Integer{-9, 0, Scale::reverse_log}}}, "parameters.a.scale"));
  CHECK(has_fault({{"a", Integer{0, 4, Scale::linear, 0}}}, "parameters.a.step"));
  CHECK(has_fault({{"a", Integer{INT64_MIN, INT64_MAX}}}, "parameters.a.max"));
  CHECK(has_fault({{"a", Integer{0, int64_t{1} << 41}}}, "parameters.a.step"));
  CHECK(has_fault({{"a", Categorical{{true, true}}}}, "parameters.a.values"));
  CHECK(has_fault({{"a", Categorical{{nan}}}}, "parameters.a.values"));
  CHECK(has_fault({{"a", Categorical{{false, true}, false, {1.0}}}}, "parameters.a.probabilities"));
  CHECK(has_fault({{"a", Categorical{{false, true}, false, {1.0, 0.0}}}},
                  "parameters.a.probabilities"));
  CHECK(has_fault({{"a", Categorical{{false, true}, false, {1, 1e-12}}}},
                  "parameters.a.probabilities"));
  CHECK(has_fault({{"a", Real{0, 1}, {}, 2.0}}, "parameters.a.default"));
  CHECK(has_fault({{"a", Constant{infinity}}}, "parameters.a.value"));
}

TEST_CASE("conditions are checked against the parent's domain") {
  const Parameter parent{"kind", Categorical{{string("a"), string("b")}}};
  const auto child = [](Condition condition) { return Parameter{"x", Real{0, 1}, {condition}}; };
  CHECK(faults_of({parent, child({"kind", {string("a")}})}).empty());
  CHECK(has_fault({parent, child({"kin", {string("a")}})}, "parameters.x.when"));
  CHECK(has_fault({parent, child({"kind", {string("c")}})}, "parameters.x.when"));
  CHECK(has_fault({parent, child({"kind", {}})}, "parameters.x.when"));
  CHECK(has_fault({{"y", Real{0, 1}}, child({"y", {0.5}})}, "parameters.x.when"));
  CHECK(has_fault(
      {{"x", Integer{0, 1}, {{"y", {int64_t{0}}}}}, {"y", Integer{0, 1}, {{"x", {int64_t{0}}}}}},
      "parameters.x.when"));
  CHECK(has_fault({{"x", Integer{0, 1}, {{"x", {int64_t{0}}}}}}, "parameters.x.when"));
}
