#include "searchers/encoding/unit_cube.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <map>

#include "searchers/numerics/rng.hpp"
#include "searchers/problem/error.hpp"

using namespace winnow;
using namespace winnow::search;
using std::int64_t;
using std::string;

namespace {

UnitCube cube_of(Domain domain) { return UnitCube(SearchSpace({{"x", std::move(domain)}})); }

Value decoded(const UnitCube& cube, double unit) {
  return cube.decode(std::vector<double>{unit}).entries()[0].second;
}

double encoded(const UnitCube& cube, Value value) {
  return cube.encode(Point({{"x", std::move(value)}}))[0];
}

// Length of the part of [0, 1] that decodes to each value, measured on a fine lattice.
std::map<Value, double> masses(const UnitCube& cube) {
  std::map<Value, double> result;
  const int lattice = 100000;
  for (int i = 0; i < lattice; ++i) result[decoded(cube, (i + 0.5) / lattice)] += 1.0 / lattice;
  return result;
}

}  // namespace

TEST_CASE("the ends of a continuous range are reached exactly") {
  for (const Real& real :
       {Real{-3, 7}, Real{1e-6, 3e-4, Scale::log}, Real{1e-150, 1e150, Scale::log},
        Real{0.9, 0.999, Scale::reverse_log}, Real{0.1, 0.3}}) {
    const UnitCube cube = cube_of(real);
    CHECK(decoded(cube, 0) == Value(real.low));
    CHECK(decoded(cube, 1) == Value(real.high));
    CHECK(encoded(cube, real.low) == 0);
    CHECK(encoded(cube, real.high) == 1);
  }
}

TEST_CASE("the middle of a range is its scale's middle") {
  CHECK(as_number(decoded(cube_of(Real{-3, 7}), 0.5)) == Approx(2));
  CHECK(as_number(decoded(cube_of(Real{1e-6, 1e-2, Scale::log}), 0.5)) == Approx(1e-4));
  CHECK(as_number(decoded(cube_of(Real{0.9, 0.999, Scale::reverse_log}), 0.5)) == Approx(0.99));
}

TEST_CASE("every value of a finite domain survives the way through the cube") {
  const std::vector<Domain> domains = {
      Integer{-7, 20, Scale::linear, 3},
      Integer{1, 1000, Scale::log},
      Integer{8, 256, Scale::log, 8},
      Integer{1'000'000'000, 1'000'000'500, Scale::log},
      Real{0, 1, Scale::linear, 0.01},
      Real{1e-4, 1e-1, Scale::log, 1e-4},
      Real{0.5, 0.99, Scale::reverse_log, 0.01},
      Integer{0, 1},
      Categorical{{true, false}},
      Categorical{{string("a"), int64_t{2}, 3.0}, false, {1e-6, 5, 1}}};
  for (const Domain& domain : domains) {
    INFO(describe(domain));
    const UnitCube cube = cube_of(domain);
    for (std::uint64_t k = 0; k < cardinality(domain); ++k) {
      const Value value = value_at(domain, k);
      CHECK(decoded(cube, encoded(cube, value)) == value);
    }
    CHECK(decoded(cube, 0) == value_at(domain, 0));
    CHECK(decoded(cube, 1) == value_at(domain, *cardinality(domain) - 1));
  }
}

TEST_CASE("the widest integer range keeps neighbours apart at both ends") {
  const int64_t values = int64_t{1} << 40;
  for (Scale scale : {Scale::linear, Scale::log}) {
    const UnitCube cube = cube_of(Integer{1, values, scale});
    for (int64_t value : {int64_t{1}, int64_t{2}, int64_t{12345}, values / 3, values - 1, values})
      CHECK(decoded(cube, encoded(cube, value)) == Value(value));
  }
}

TEST_CASE("continuous values survive up to rounding") {
  Rng rng(1, 0, "test");
  for (const Real& real :
       {Real{-3, 7}, Real{1e-6, 3e-4, Scale::log}, Real{0.9, 0.999, Scale::reverse_log},
        Real{1000, 1000.001, Scale::log}}) {
    const UnitCube cube = cube_of(real);
    for (int i = 0; i < 200; ++i) {
      const double x = std::get<double>(decoded(cube, rng.uniform()));
      const double again = std::get<double>(decoded(cube, encoded(cube, x)));
      CHECK(std::fabs(again - x) <= 1e-14 * std::fabs(x));
    }
  }
}

TEST_CASE("integers and steps on a linear scale have equal cells, ends included") {
  for (const Domain& domain : {Domain(Integer{0, 9}), Domain(Real{0, 0.9, Scale::linear, 0.1}),
                               Domain(Integer{5, 24, Scale::linear, 2})})
    for (const auto& [value, mass] : masses(cube_of(domain)))
      CHECK(mass == Approx(0.1).margin(2e-5));
}

TEST_CASE("on a log scale an integer owns its part of the axis, ends not halved") {
  const std::map<Value, double> mass = masses(cube_of(Integer{1, 4, Scale::log}));
  // Cells: 1/1.5 … 1.5 … 2.5 … 3.5 … 4·4/3.5.
  const double whole = std::log(4 * 4 / 3.5) - std::log(1 / 1.5);
  CHECK(mass.at(int64_t{1}) == Approx(2 * std::log(1.5) / whole).margin(2e-5));
  CHECK(mass.at(int64_t{2}) == Approx(std::log(2.5 / 1.5) / whole).margin(2e-5));
  CHECK(mass.at(int64_t{3}) == Approx(std::log(3.5 / 2.5) / whole).margin(2e-5));
  CHECK(mass.at(int64_t{4}) == Approx(2 * std::log(4 / 3.5) / whole).margin(2e-5));
}

TEST_CASE("choices own as much of the axis as their probability") {
  const auto mass =
      masses(cube_of(Categorical{{string("a"), string("b"), string("c")}, false, {2, 1, 5}}));
  CHECK(mass.at(string("a")) == Approx(0.25).margin(2e-5));
  CHECK(mass.at(string("b")) == Approx(0.125).margin(2e-5));
  CHECK(mass.at(string("c")) == Approx(0.625).margin(2e-5));
}

TEST_CASE("constants have no coordinate, inactive parameters are left out") {
  const UnitCube cube(SearchSpace({{"task", Constant{string("sst2")}},
                                   {"kind", Categorical{{string("a"), string("b")}}},
                                   {"depth", Integer{1, 4}, {{"kind", {string("b")}}}},
                                   {"one", Real{2, 2}},
                                   {"rate", Real{0, 1}}}));
  REQUIRE(cube.dimension() == 3);
  const Point a = cube.decode(std::vector<double>{0.2, 0.9, 0.5});
  CHECK(canonical_text(a) == "task=sst2 kind=a one=2.0 rate=0.5");
  CHECK(cube.encode(a) == std::vector<double>{0.25, 0.5, 0.5});
  const Point b = cube.decode(std::vector<double>{0.7, 0.9, 0.5});
  CHECK(canonical_text(b) == "task=sst2 kind=b depth=4 one=2.0 rate=0.5");
  CHECK(cube.decode(cube.encode(b)) == b);
}

TEST_CASE("coordinates outside of the cube and points outside of the space are bugs") {
  const UnitCube cube = cube_of(Real{0, 1});
  CHECK_THROWS_AS(decoded(cube, 1.5), BrokenExpectation);
  CHECK_THROWS_AS(decoded(cube, std::nan("")), BrokenExpectation);
  CHECK_THROWS_AS(cube.decode(std::vector<double>{}), BrokenExpectation);
  CHECK_THROWS_AS(encoded(cube, 2.0), BrokenExpectation);
}
