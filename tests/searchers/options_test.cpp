#include "searchers/options.hpp"

#include <catch2/catch.hpp>

#include "searchers/problem/error.hpp"

using namespace winnow;
using namespace winnow::search;
using std::int64_t;
using std::string;

namespace {
const std::vector<OptionSpec> specs = {
    {"gamma", Real{0, 1}, 0.25, "share of good points"},
    {"startup", Integer{0, 100}, int64_t{10}, "random points at first"},
    {"kind", Categorical{{string("fast"), string("exact")}}, string("fast"), "which"},
    {"verbose", Categorical{{false, true}}, false, "more"}};
}

TEST_CASE("options not given have their defaults, given ones their value") {
  const Options options(specs, {{"startup", int64_t{3}}, {"kind", string("exact")}});
  CHECK(options.real("gamma") == 0.25);
  CHECK(options.integer("startup") == 3);
  CHECK(options.text("kind") == "exact");
  CHECK_FALSE(options.flag("verbose"));
  CHECK_THROWS_AS(options.integer("undeclared"), BrokenExpectation);
}

TEST_CASE("an integer is accepted for a real option, a real for an integer is not") {
  CHECK(Options(specs, {{"gamma", int64_t{1}}}).real("gamma") == 1.0);
  CHECK_THROWS_AS(Options(specs, {{"startup", 3.0}}), ConfigError);
}

TEST_CASE("all wrong options are named at once, unknown ones with the nearest known") {
  try {
    const Options options(specs, {{"gama", 0.5}, {"startup", int64_t{101}}, {"zzz", true}});
    FAIL("wrong options were accepted");
  } catch (const ConfigError& error) {
    REQUIRE(error.faults().size() == 3);
    CHECK(error.faults()[0].place == "method_options.gama");
    CHECK_THAT(error.faults()[0].message, Catch::Contains("did you mean gamma?"));
    CHECK(error.faults()[1] == Fault{"method_options.startup",
                                     "expected an integer from 0 to 100, found 101 (an integer)"});
    CHECK_THAT(error.faults()[2].message, Catch::Contains("there are: gamma, startup, kind"));
    CHECK_THAT(error.faults()[2].message, !Catch::Contains("did you mean"));
  }
}

TEST_CASE("the nearest word is the one that was meant") {
  CHECK(nearest("gird", {"random", "grid"}) == "grid");
  CHECK(nearest("sobl", {"random", "sobol", "tpe"}) == "sobol");
  CHECK(nearest("latin_hypercubes", {"latin_hypercube"}) == "latin_hypercube");
  CHECK(nearest("min", {"minimize", "maximize"}) == "minimize");
  CHECK_FALSE(nearest("bayes", {"random", "grid", "sobol"}));
  CHECK_FALSE(nearest("x", {}));
}
