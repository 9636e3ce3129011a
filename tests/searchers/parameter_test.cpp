#include "searchers/problem/parameter.hpp"

#include <catch2/catch.hpp>

using namespace winnow;
using std::int64_t;
using std::string;

TEST_CASE("steps of a real are the decimals that people write") {
  const Domain domain = Real{0, 0.3, Scale::linear, 0.1};
  REQUIRE(cardinality(domain) == 4u);
  CHECK(value_at(domain, 1) == Value(0.1));
  CHECK(value_at(domain, 3) == Value(0.3));
  CHECK(contains(domain, Value(0.2)));
  CHECK_FALSE(contains(domain, Value(0.1 + 0.2)));  // 0.30000000000000004
  CHECK_FALSE(contains(domain, Value(0.25)));
}

TEST_CASE("a step that does not end at the maximum stays below it") {
  CHECK(cardinality(Real{0, 1, Scale::linear, 0.3}) == 4u);
  CHECK(value_at(Real{0, 1, Scale::linear, 0.3}, 3) == Value(0.9));
  const Real thirds{0, 2.0 / 3, Scale::linear, 1.0 / 3};
  REQUIRE(cardinality(thirds) == 3u);
  CHECK(contains(thirds, value_at(thirds, 2)));
  CHECK(cardinality(Integer{1, 10, Scale::linear, 4}) == 3u);
  CHECK(value_at(Integer{1, 10, Scale::linear, 4}, 2) == Value(int64_t{9}));
}

TEST_CASE("value_at and index_of are inverse on every finite domain") {
  const std::vector<Domain> domains = {Real{-1, 1, Scale::linear, 0.05},
                                       Real{1e-4, 1e-3, Scale::log, 1e-5},
                                       Real{0.1, 7.3, Scale::linear, 0.7},
                                       Integer{-5, 17, Scale::linear, 3},
                                       Categorical{{false, int64_t{1}, 1.0, string("1")}},
                                       Constant{Value(2.5)},
                                       Real{2, 2}};
  for (const Domain& domain : domains) {
    INFO(describe(domain));
    for (std::uint64_t k = 0; k < cardinality(domain); ++k) {
      CHECK(index_of(domain, value_at(domain, k)) == k);
      CHECK(contains(domain, value_at(domain, k)));
    }
  }
}

TEST_CASE("a value of another type is not contained") {
  CHECK_FALSE(contains(Real{0, 10}, Value(int64_t{3})));
  CHECK_FALSE(contains(Integer{0, 10}, Value(3.0)));
  CHECK_FALSE(contains(Categorical{{int64_t{3}}}, Value(3.0)));
  CHECK_FALSE(contains(Integer{0, 1}, Value(true)));
  CHECK_FALSE(contains(Real{0, 1}, Value(std::numeric_limits<double>::quiet_NaN())));
  CHECK_FALSE(
      contains(Real{0, 1, Scale::linear, 0.5}, Value(std::numeric_limits<double>::quiet_NaN())));
}

TEST_CASE("a continuum has no number of values, a range of length zero has one") {
  CHECK_FALSE(cardinality(Real{0, 1}));
  CHECK(cardinality(Real{1, 1}) == 1u);
  CHECK(cardinality(Constant{Value(true)}) == 1u);
}

TEST_CASE("domains describe themselves") {
  CHECK(describe(Real{1e-6, 0.01, Scale::log}) == "a number from 1e-06 to 0.01 (log)");
  CHECK(describe(Integer{8, 256, Scale::linear, 8}) == "an integer from 8 to 256 in steps of 8");
  CHECK(describe(Categorical{{string("adam"), string("sgd")}}) == "one of adam, sgd");
  CHECK(describe(Constant{Value(3.0)}) == "always 3.0");
}
