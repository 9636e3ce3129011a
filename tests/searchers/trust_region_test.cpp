#include "searchers/operators/trust_region.hpp"

#include <catch2/catch.hpp>

using winnow::search::TrustRegion;

TEST_CASE("a trust region grows after three successes and shrinks after as many failures as axes") {
  TrustRegion region(6);
  region.tell(10);  // nothing to compare with
  for (double loss : {9.0, 8.0}) region.tell(loss);
  CHECK(region.side() == 0.8);
  region.tell(7);
  CHECK(region.side() == 1.6);
  for (int i = 0; i < 5; ++i) region.tell(7);
  CHECK(region.side() == 1.6);
  region.tell(6.999);  // better, but by less than a thousandth
  CHECK(region.side() == 0.8);
}

TEST_CASE("a success ends a row of failures") {
  TrustRegion region(1);  // four failures at least
  region.tell(10);
  for (double loss : {10.0, 10.0, 10.0, 9.0, 9.0, 9.0, 9.0}) region.tell(loss);
  CHECK(region.side() == 0.8);
  region.tell(9);
  CHECK(region.side() == 0.4);
}

TEST_CASE("a trust region that became too small starts again") {
  TrustRegion region(2);
  region.tell(1);
  for (int i = 0; i < 4 * 6; ++i) region.tell(2);
  CHECK(region.side() == 0.8 / 64);
  CHECK(region.collapses() == 0);
  for (int i = 0; i < 4; ++i) region.tell(2);
  CHECK(region.side() == 0.8);
  CHECK(region.collapses() == 1);
}
