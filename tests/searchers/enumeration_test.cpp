#include "searchers/problem/enumeration.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "searchers/problem/error.hpp"

using namespace winnow;
using std::int64_t;
using std::string;

namespace {

// Counts by brute force: every combination of every parameter, inactive values left out.
std::set<string> all_points(const SearchSpace& space) {
  std::vector<Point> points = {Point()};
  for (const Parameter& parameter : space.parameters()) {
    std::vector<Point> longer;
    for (const Point& point : points) {
      if (!space.is_active(parameter, point)) {
        longer.push_back(point);
        continue;
      }
      for (std::uint64_t k = 0; k < cardinality(parameter.domain); ++k) {
        longer.push_back(point);
        longer.back().set(parameter.name, value_at(parameter.domain, k));
      }
    }
    points = std::move(longer);
  }
  std::set<string> texts;
  for (const Point& point : points) texts.insert(canonical_text(point));
  return texts;
}

void check_every_point_once(const SearchSpace& space) {
  const Enumeration enumeration(space);
  const std::set<string> expected = all_points(space);
  REQUIRE(enumeration.size() == expected.size());
  CHECK(space.cardinality() == expected.size());
  std::set<string> found;
  for (std::uint64_t k = 0; k < *enumeration.size(); ++k) {
    const Point point = enumeration.at(k);
    CHECK(space.fault(point).value_or("") == "");
    found.insert(canonical_text(point));
  }
  CHECK(found == expected);
  CHECK_THROWS_AS(enumeration.at(*enumeration.size()), BrokenExpectation);
}

Parameter integer(const string& name, int64_t high, std::vector<Condition> conditions = {}) {
  return {name, Integer{0, high}, std::move(conditions)};
}

}  // namespace

TEST_CASE("an enumeration holds every point exactly once") {
  SECTION("without conditions") {
    check_every_point_once(SearchSpace({integer("a", 3), integer("b", 4), {"c", Constant{true}}}));
  }
  SECTION("nested conditions") {
    check_every_point_once(
        SearchSpace({integer("a", 3), integer("b", 2, {{"a", {int64_t{1}, int64_t{3}}}}),
                     integer("c", 4, {{"b", {int64_t{2}}}}), integer("d", 1)}));
  }
  SECTION("several conditions on several parents, given in a tangled order") {
    check_every_point_once(SearchSpace(
        {integer("x", 2, {{"a", {int64_t{0}}}, {"b", {int64_t{1}, int64_t{2}}}}), integer("a", 1),
         integer("y", 3, {{"x", {int64_t{0}, int64_t{2}}}, {"c", {int64_t{4}}}}), integer("b", 5),
         integer("c", 6, {{"b", {int64_t{2}}}}),
         integer("z", 1, {{"a", {int64_t{0}}}, {"a", {int64_t{0}, int64_t{1}}}})}));
  }
  SECTION("no parameters at all: one empty point") { check_every_point_once(SearchSpace()); }
}

TEST_CASE("the first parameter varies slowest") {
  const Enumeration enumeration(SearchSpace({integer("a", 1), integer("b", 2)}));
  CHECK(canonical_text(enumeration.at(0)) == "a=0 b=0");
  CHECK(canonical_text(enumeration.at(1)) == "a=0 b=1");
  CHECK(canonical_text(enumeration.at(3)) == "a=1 b=0");
}

TEST_CASE("many independent conditions are counted without listing their combinations") {
  // 25 parents, each followed much later by its child: of 2 values one has 3 below it.
  std::vector<Parameter> parameters;
  for (int i = 0; i < 25; ++i) parameters.push_back(integer("p" + std::to_string(i), 1));
  for (int i = 0; i < 25; ++i)
    parameters.push_back(
        integer("c" + std::to_string(i), 2, {{"p" + std::to_string(i), {int64_t{1}}}}));
  std::uint64_t expected = 1;
  for (int i = 0; i < 25; ++i) expected *= 1 + 3;
  CHECK(SearchSpace(parameters).cardinality() == expected);
}

TEST_CASE("a continuum and too many points have no number") {
  CHECK_FALSE(SearchSpace({{"a", Real{0, 1}}}).cardinality());
  std::vector<Parameter> parameters;
  for (int i = 0; i < 62; ++i) parameters.push_back(integer("p" + std::to_string(i), 1));
  CHECK(SearchSpace(parameters).cardinality() == std::uint64_t{1} << 62);
  parameters.push_back(integer("last", 1));
  CHECK_FALSE(SearchSpace(parameters).cardinality());
}
