#include "searchers/problem/rules.hpp"

#include <catch2/catch.hpp>

using namespace winnow;

namespace {

Expression parsed(const std::string& text) { return std::get<Expression>(Expression::parse(text)); }

SearchSpace a_space() {
  return SearchSpace({
      {"batch", Integer{8, 64, Scale::linear, 8}},
      {"optimizer", Categorical{{std::string("adam"), std::string("sgd")}}},
      {"momentum", Real{0, 1}, {{"optimizer", {std::string("sgd")}}}},
  });
}

Point adam(std::int64_t batch) {
  return Point({{"batch", batch}, {"optimizer", std::string("adam")}});
}

/// "PLACE OFFSET" of each fault.
std::vector<std::string> faults(Rules rules) {
  std::vector<std::string> all;
  for (const RuleFault& fault : settle(rules, a_space()))
    all.push_back(fault.place + " " + std::to_string(fault.offset));
  return all;
}

using Faults = std::vector<std::string>;

}  // namespace

TEST_CASE("derived values come in the order in which they need each other") {
  Rules rules;
  rules.derived = {{"double_steps", parsed("steps * 2")}, {"steps", parsed("256 / batch")}};
  REQUIRE(settle(rules, a_space()).empty());
  CHECK(rules.derived[0].name == "steps");
  const Point point = with_derived(rules, adam(16));
  REQUIRE(point.entries().size() == 4);
  CHECK(point.entries()[2] == std::pair<std::string, Value>("steps", std::int64_t{16}));
  CHECK(point.entries()[3] == std::pair<std::string, Value>("double_steps", std::int64_t{32}));
}

TEST_CASE("a rule about a parameter that is not active does not bind") {
  Rules rules;
  rules.derived = {{"slow", parsed("1 - momentum")}};
  rules.constraints = {parsed("momentum < 0.5"), parsed("optimizer == 'adam' or momentum > 0.1")};
  REQUIRE(settle(rules, a_space()).empty());
  CHECK_FALSE(broken_rule(rules, adam(8)));
  CHECK(with_derived(rules, adam(8)) == adam(8));
  const Point sgd(
      {{"batch", std::int64_t{8}}, {"optimizer", std::string("sgd")}, {"momentum", 0.9}});
  CHECK(broken_rule(rules, sgd) == "the constraint momentum < 0.5 does not hold");
}

TEST_CASE("a point at which a rule cannot be computed is not allowed") {
  Rules rules;
  rules.derived = {{"y", parsed("1 / (batch - 8)")}};
  CHECK(broken_rule(rules, adam(8)) == "y = 1 / (batch - 8) cannot be computed: division by zero");
  CHECK_FALSE(broken_rule(rules, adam(16)));
  Rules root;
  root.constraints = {parsed("sqrt(batch - 16) < 3")};
  CHECK(broken_rule(root, adam(8)).has_value());
}

TEST_CASE("every fault of the rules is found with its place in the text") {
  CHECK(faults({{{"batch", parsed("3")}}, {}}) == Faults{"parameters.batch.expr 0"});
  CHECK(faults({{{"y", parsed("batch + nothing")}}, {parsed("batch > nowhere")}}) ==
        Faults{"parameters.y.expr 8", "constraints[0] 8"});
  CHECK(faults({{{"y", parsed("z")}, {"z", parsed("y")}}, {}}) ==
        Faults{"parameters.y.expr 0", "parameters.z.expr 0"});
  CHECK(faults({{}, {parsed("batch + 1"), parsed("batch < optimizer")}}) ==
        Faults{"constraints[0] 0", "constraints[1] 8"});
  CHECK(faults({{{"y", parsed("optimizer")}}, {parsed("y > 3")}}) == Faults{"constraints[0] 0"});
}
