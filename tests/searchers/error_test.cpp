#include "searchers/problem/error.hpp"

#include <catch2/catch.hpp>

using namespace winnow;

TEST_CASE("a configuration error holds and prints every fault") {
  const ConfigError error(
      std::vector<Fault>{{"parameters.lr.min", "expected a number"}, {"", "no metric"}});
  CHECK(error.faults().size() == 2);
  CHECK(std::string(error.what()) == "parameters.lr.min: expected a number\nno metric");
}

TEST_CASE("a broken expectation names the place of the promise") {
  CHECK_NOTHROW(expect(true, "kept"));
  try {
    expect(false, "two and two are five");
    FAIL("expect let a broken promise pass");
  } catch (const BrokenExpectation& error) {
    CHECK_THAT(error.what(),
               Catch::Contains("error_test.cpp:") && Catch::EndsWith("two and two are five"));
  }
}
