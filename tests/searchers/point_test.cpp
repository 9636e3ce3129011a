#include "searchers/problem/point.hpp"

#include <catch2/catch.hpp>
#include <set>

using namespace winnow;

TEST_CASE("a point finds its values by name") {
  const Point point({{"lr", 0.0003}, {"batch", std::int64_t{16}}});
  REQUIRE(point.find("batch"));
  CHECK(*point.find("batch") == Value(std::int64_t{16}));
  CHECK(point.find("rank") == nullptr);
  CHECK(canonical_text(point) == "lr=0.0003 batch=16");
}

TEST_CASE("points that differ only in type, blanks or quotes have different texts") {
  using std::string;
  const std::vector<Point> points = {Point({{"a", std::int64_t{3}}}),
                                     Point({{"a", 3.0}}),
                                     Point({{"a", string("3")}}),
                                     Point({{"a", string("3.0")}}),
                                     Point({{"a", true}}),
                                     Point({{"a", string("true")}}),
                                     Point({{"a", string("")}}),
                                     Point({{"a", string("x b=1")}}),
                                     Point({{"a", string("x")}, {"b", std::int64_t{1}}}),
                                     Point({{"a", string("x\" b=\"1")}}),
                                     Point({{"a", string("inf")}}),
                                     Point(),
                                     Point({{"a", string("x")}, {"b", string("1")}}),
                                     Point({{"a", string("\\")}}),
                                     Point({{"a", string("\"")}}),
                                     Point({{"a", string("\\\"")}})};
  std::set<string> texts;
  for (const Point& point : points) texts.insert(canonical_text(point));
  CHECK(texts.size() == points.size());
}

TEST_CASE("a point has one text, whatever the sign of its zeros") {
  const Point positive({{"x", 0.0}}), negative({{"x", -0.0}});
  CHECK(positive == negative);
  CHECK(canonical_text(positive) == canonical_text(negative));
}
