#include "searchers/encoding/mirrored_cells.hpp"

#include <catch2/catch.hpp>

using namespace winnow;
using namespace winnow::search;

TEST_CASE("beyond its bounds the cube goes on as its mirror image") {
  for (const double u : {0.0, 0.3, 1.0})
    for (const double copy : {-4.0, -2.0, 0.0, 2.0, 6.0}) {
      CHECK(reflected(copy + u) == Approx(u).margin(1e-12));
      CHECK(reflected(copy - u) == Approx(u).margin(1e-12));
    }
}

TEST_CASE("every coordinate of a mirrored cell stands for its value") {
  const UnitCube cube(SearchSpace({{"n", Integer{3, 7}}, {"two", Integer{0, 1}}}));
  for (std::size_t axis = 0; axis < 2; ++axis)
    for (double at = -2.97; at < 3; at += 0.1) {
      const MirroredCell cell = mirrored_cell(cube, axis, at);
      const Value value = cube.value(axis, reflected(at));
      CHECK((cell.low <= at && at <= cell.high));
      CHECK((cell.low < cell.middle && cell.middle < cell.high));
      for (const double inside : {cell.low + 1e-9, cell.middle, cell.high - 1e-9})
        CHECK(cube.value(axis, reflected(inside)) == value);
      // The cell ends there: a little farther is another value.
      for (const double outside : {cell.low - 1e-9, cell.high + 1e-9})
        CHECK(cube.value(axis, reflected(outside)) != value);
    }
}
