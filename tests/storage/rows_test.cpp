#include "storage/rows.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "searchers/problem/error.hpp"
#include "storage/error.hpp"
#include "tests/support/random_seed.hpp"

using namespace winnow;
using namespace winnow::store;

TEST_CASE("a point keeps the order of the space and the type of every value") {
  const Point point({{"z_lr", Value(3.0)},
                     {"a_batch", Value(std::int64_t{3})},
                     {"nesterov", Value(true)},
                     {"name \"quoted\"", Value(std::string("3"))},
                     {"tiny", Value(1e-5)},
                     {"umlaut", Value(std::string("Grün\n"))}});
  const std::string json = point_json(point);
  CHECK(
      json ==
      R"({"z_lr":3.0,"a_batch":3,"nesterov":true,"name \"quoted\"":"3","tiny":1e-05,"umlaut":"Grün\n"})");
  CHECK(point_from_json(json) == point);
}

TEST_CASE("the empty point is an empty object") {
  CHECK(point_json(Point()) == "{}");
  CHECK(point_from_json("{}") == Point());
}

TEST_CASE("every finite real comes back bit for bit") {
  std::mt19937_64 bits(tests::seed_of_this_run("reals as text"));
  std::vector<double> reals = {
      0.0,  -0.0, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 9007199254740993.0,
      1e22, 0.1};
  while (reals.size() < 20000) {
    const double real = std::bit_cast<double>(bits());
    if (std::isfinite(real)) reals.push_back(real);
  }
  for (const double real : reals) {
    const Point back = point_from_json(point_json(Point({{"x", Value(real)}})));
    const auto* found = std::get_if<double>(&back.entries().front().second);
    REQUIRE(found != nullptr);
    REQUIRE(std::bit_cast<std::uint64_t>(*found) == std::bit_cast<std::uint64_t>(real));
  }
}

TEST_CASE("the ends of the integers come back as integers") {
  for (const std::int64_t integer : {std::numeric_limits<std::int64_t>::min(), std::int64_t{-1},
                                     std::int64_t{0}, std::numeric_limits<std::int64_t>::max()}) {
    const Point point({{"n", Value(integer)}});
    CHECK(point_from_json(point_json(point)) == point);
  }
}

TEST_CASE("a point that is not finite is never written") {
  CHECK_THROWS_AS(point_json(Point({{"x", Value(std::nan(""))}})), BrokenExpectation);
}

TEST_CASE("text in the file that is not a point is damage") {
  for (const char* text :
       {"", "{", "[1]", R"({"x":null})", R"({"x":[1]})", R"({"x":18446744073709551615})"}) {
    INFO(text);
    CHECK_THROWS_AS(point_from_json(text), StoreError);
  }
}

TEST_CASE("memos keep numbers that JSON does not have") {
  const double infinity = std::numeric_limits<double>::infinity();
  const std::string json = numbers_json({1.0, -0.5, infinity, -infinity, std::nan("")});
  CHECK(json == R"([1.0,-0.5,"inf","-inf","nan"])");
  const std::vector<double> back = numbers_from_json(json);
  REQUIRE(back.size() == 5);
  CHECK(back[2] == infinity);
  CHECK(back[3] == -infinity);
  CHECK(std::isnan(back[4]));
  CHECK(numbers_from_json("[]").empty());
  CHECK_THROWS_AS(numbers_from_json(R"(["wide"])"), StoreError);
}

TEST_CASE("objectives come back whole") {
  std::vector<Objective> objectives(2);
  objectives[0].metric = "loss";
  objectives[1] = {"f1", Direction::maximize, Aggregate::mean, 0.95};
  CHECK(objectives_from_json(objectives_json(objectives)) == objectives);
  CHECK_THROWS_AS(objectives_from_json(R"([{"metric":"loss","goal":"sideways"}])"), StoreError);
}

TEST_CASE("a seed of 64 bits survives SQLite's signed integers") {
  for (const std::uint64_t seed : {std::uint64_t{0}, std::uint64_t{1} << 63, ~std::uint64_t{0}}) {
    CHECK(unsigned_bits(signed_bits(seed)) == seed);
  }
  CHECK(signed_bits(~std::uint64_t{0}) == -1);
}

TEST_CASE("a number is either in its column or named") {
  CHECK(columns_of(0.5).value == 0.5);
  CHECK_FALSE(columns_of(0.5).non_finite.has_value());
  CHECK_FALSE(columns_of(std::nan("")).value.has_value());
  CHECK(columns_of(-std::numeric_limits<double>::infinity()).non_finite == "-inf");
  CHECK(std::isnan(number_from({std::nullopt, "nan"})));
  CHECK_THROWS_AS(number_from({std::nullopt, "huge"}), StoreError);
}
