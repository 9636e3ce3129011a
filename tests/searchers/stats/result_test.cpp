#include "searchers/stats/result.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "searchers/problem/error.hpp"
#include "searchers/stats/answer.hpp"

using namespace winnow::stats;

TEST_CASE("a p-value at the level is no rejection") {
  CHECK(rejects(0.049, 0.05));
  CHECK_FALSE(rejects(0.05, 0.05));
  CHECK_THROWS_AS(rejects(0.01, 1.2), winnow::BrokenExpectation);
}

TEST_CASE("a p-value is never printed as 0 or rounded up to 1") {
  CHECK(p_text(0.0213) == "0.0213");
  CHECK(p_text(0.05) == "0.05");
  CHECK(p_text(3.14e-8) == "3.1e-08");
  CHECK(p_text(0) == "< 1e-300");
  CHECK(p_text(1) == "1");
  CHECK(p_text(0.99999) == "> 0.999");
  CHECK_THROWS_AS(p_text(std::nan("")), winnow::BrokenExpectation);
}

TEST_CASE("two sides are twice the smaller tail, at most 1") {
  CHECK(p_of_tails(0.01, 0.99, Tail::two_sided) == 0.02);
  CHECK(p_of_tails(0.6, 0.7, Tail::two_sided) == 1);
  CHECK(p_of_tails(0.01, 0.99, Tail::greater) == 0.99);
  CHECK(p_of_tails(0.01, 0.99, Tail::less) == 0.01);
}

TEST_CASE("a one-sided interval is open on the other side") {
  CHECK(interval_around(1, 0.5, Tail::greater, 0.95).low == 0.5);
  CHECK(std::isinf(interval_around(1, 0.5, Tail::greater, 0.95).high));
  CHECK(std::isinf(interval_around(1, 0.5, Tail::less, 0.95).low));
  CHECK(interval_around(1, 0.5, Tail::two_sided, 0.95).contains(1.5));
}

TEST_CASE("the result of a refused answer cannot be taken") {
  const Answer<double> refused = Refusal{Cause::too_few, "1 value: 2 or more are needed", 2};
  CHECK_FALSE(refused);
  CHECK(refused.refusal().needed == 2);
  CHECK_THROWS_WITH(*refused, Catch::Matchers::Contains("1 value: 2 or more are needed"));
  const Answer<double> given = 3.0;
  CHECK(*given == 3.0);
  CHECK_THROWS_AS(given.refusal(), winnow::BrokenExpectation);
}
