#include "trainer/optim/schedule.hpp"

#include <catch2/catch.hpp>

#include "trainer/errors.hpp"

using namespace winnow::train;

TEST_CASE("learning rates equal the formulas of the three schedules") {
  // By hand: peak 0.2, 4 steps of warm-up, 20 in all.
  const auto rate = [](ScheduleShape shape, std::int64_t step) {
    return learning_rate({shape, 0.2, 4, 20}, step);
  };
  for (const auto shape : {ScheduleShape::constant, ScheduleShape::linear, ScheduleShape::cosine}) {
    CHECK(rate(shape, 0) == 0.0);
    CHECK(rate(shape, 1) == Approx(0.05));
    CHECK(rate(shape, 3) == Approx(0.15));
    CHECK(rate(shape, 4) == Approx(0.2));
  }
  CHECK(rate(ScheduleShape::constant, 19) == 0.2);
  CHECK(rate(ScheduleShape::linear, 12) == Approx(0.1));
  CHECK(rate(ScheduleShape::linear, 19) == Approx(0.2 / 16));
  CHECK(rate(ScheduleShape::linear, 20) == 0.0);
  CHECK(rate(ScheduleShape::cosine, 8) == Approx(0.2 * 0.5 * (1.0 + std::sqrt(0.5))));
  CHECK(rate(ScheduleShape::cosine, 12) == Approx(0.1));
  CHECK(rate(ScheduleShape::cosine, 20) == Approx(0.0).margin(1e-15));
}

TEST_CASE("steps beyond the last keep the last rate") {
  CHECK(learning_rate({ScheduleShape::linear, 0.2, 0, 10}, 15) == 0.0);
  CHECK(learning_rate({ScheduleShape::constant, 0.2, 0, 10}, 15) == 0.2);
}

TEST_CASE("a schedule that is all warm-up ends at the peak") {
  CHECK(learning_rate({ScheduleShape::cosine, 0.2, 10, 10}, 9) == Approx(0.18));
  CHECK(learning_rate({ScheduleShape::cosine, 0.2, 10, 10}, 10) == 0.2);
}

TEST_CASE("schedule names are read, others refused") {
  CHECK(parse_schedule_shape("cosine", "schedule") == ScheduleShape::cosine);
  CHECK_THROWS_AS(parse_schedule_shape("step", "schedule"), ConfigError);
}
