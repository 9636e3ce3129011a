#include "trainer/optim/schedule.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/temporary_folder.hpp"
#include "trainer/errors.hpp"
#include "trainer/optim/plateau.hpp"

using namespace winnow::train;

namespace {

/// Of a schedule with peak 0.2.
double rate_of(ScheduleShape shape, std::int64_t warmup, std::int64_t total, std::int64_t step) {
  Schedule schedule;
  schedule.shape = shape;
  schedule.peak = 0.2;
  schedule.warmup_steps = warmup;
  schedule.total_steps = total;
  return learning_rate(schedule, step);
}

}  // namespace

TEST_CASE("learning rates equal the formulas of the three schedules") {
  // By hand: peak 0.2, 4 steps of warm-up, 20 in all.
  const auto rate = [](ScheduleShape shape, std::int64_t step) {
    return rate_of(shape, 4, 20, step);
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

TEST_CASE("learning rates equal those of torch's schedulers") {
  const auto golden = nlohmann::json::parse(winnow::tests::read_text(
      std::string(WINNOW_SOURCE_DIR) + "/tests/trainer/golden/schedules.json"));
  const auto check = [&](const char* name, Schedule schedule) {
    schedule.shape = parse_schedule_shape(name, "schedule");
    schedule.peak = golden["peak"];
    for (std::size_t step = 0; step < golden[name].size(); ++step) {
      INFO(name << ", step " << step);
      CHECK(learning_rate(schedule, static_cast<std::int64_t>(step)) ==
            Approx(golden[name][step].get<double>()).epsilon(1e-9));
    }
  };
  Schedule schedule;
  schedule.total_steps = 20;
  schedule.power = 2.5;
  check("polynomial", schedule);
  schedule.decay = 0.3;
  schedule.every_steps = 6;
  check("step", schedule);
  schedule.decay = 0.9;
  schedule.every_steps = 1;
  check("exponential", schedule);
  schedule.total_steps = 21;
  schedule.rise = 0.3;
  check("one_cycle", schedule);
}

TEST_CASE("a plateau drops the rate when torch's scheduler does") {
  const auto golden = nlohmann::json::parse(winnow::tests::read_text(
      std::string(WINNOW_SOURCE_DIR) + "/tests/trainer/golden/schedules.json"));
  const PlateauRule rule{Better::lower, 0.5, 2, 1e-3};
  Plateau plateau;
  Plateau mirrored;  // a metric that is better when higher, with the same course
  for (std::size_t i = 0; i < golden["losses"].size(); ++i) {
    const double loss = golden["losses"][i];
    add_evaluation(plateau, rule, loss);
    add_evaluation(mirrored, {Better::higher, 0.5, 2, 1e-3}, 1.0 / loss);
    INFO("evaluation " << i);
    CHECK(0.2 * plateau.factor == Approx(golden["plateau"][i].get<double>()));
    CHECK(mirrored.factor == plateau.factor);
  }
}

TEST_CASE("a cycle of one step stays at its peak") {
  Schedule schedule;
  schedule.shape = ScheduleShape::one_cycle;
  schedule.peak = 0.2;
  schedule.total_steps = 1;
  CHECK(learning_rate(schedule, 0) == 0.2);
}

TEST_CASE("steps beyond the last keep the last rate") {
  CHECK(rate_of(ScheduleShape::linear, 0, 10, 15) == 0.0);
  CHECK(rate_of(ScheduleShape::constant, 0, 10, 15) == 0.2);
}

TEST_CASE("a schedule that is all warm-up ends at the peak") {
  CHECK(rate_of(ScheduleShape::cosine, 10, 10, 9) == Approx(0.18));
  CHECK(rate_of(ScheduleShape::cosine, 10, 10, 10) == 0.2);
}

TEST_CASE("schedule names are read, others refused") {
  CHECK(parse_schedule_shape("cosine", "schedule") == ScheduleShape::cosine);
  CHECK_THROWS_AS(parse_schedule_shape("sine", "schedule"), ConfigError);
}
