#include "searchers/operators/prediction_check.hpp"

#include <catch2/catch.hpp>

using winnow::search::PredictionCheck;

TEST_CASE("a model is not trusted after three fits in a row that do not predict") {
  PredictionCheck check;
  check.tell(10, -0.5);  // too few to say anything
  check.tell(26, 0.1);
  check.tell(28, 0.19);
  check.tell(28, 0.0);  // the same fit again, noted by another trial
  check.tell(27, 0.0);  // an older one, told late
  CHECK(check.predicts());
  check.tell(30, -0.2);
  CHECK_FALSE(check.predicts());
  CHECK(check.correlations() == std::array<double, 3>{0.1, 0.19, -0.2});
  check.tell(32, 0.2);
  CHECK(check.predicts());
  check.tell(34, 0.1);
  check.tell(36, 0.1);
  CHECK(check.predicts());
  check.tell(38, 0.1);
  CHECK_FALSE(check.predicts());
}
