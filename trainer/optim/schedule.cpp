#include "trainer/optim/schedule.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "trainer/errors.hpp"

namespace winnow::train {

ScheduleShape parse_schedule_shape(const std::string& word, const std::string& place) {
  if (word == "constant") return ScheduleShape::constant;
  if (word == "linear") return ScheduleShape::linear;
  if (word == "cosine") return ScheduleShape::cosine;
  throw ConfigError(place, "expected constant, linear or cosine, found \"" + word + "\"");
}

double learning_rate(const Schedule& schedule, std::int64_t step) {
  if (step < schedule.warmup_steps) {
    return schedule.peak * static_cast<double>(step) / static_cast<double>(schedule.warmup_steps);
  }
  const auto after_warmup = static_cast<double>(step - schedule.warmup_steps);
  const auto length =
      static_cast<double>(std::max<std::int64_t>(1, schedule.total_steps - schedule.warmup_steps));
  const double progress = std::min(1.0, after_warmup / length);
  switch (schedule.shape) {
    case ScheduleShape::constant:
      return schedule.peak;
    case ScheduleShape::linear:
      return schedule.peak * (1.0 - progress);
    case ScheduleShape::cosine:
      return schedule.peak * 0.5 * (1.0 + std::cos(std::numbers::pi * progress));
  }
  throw BrokenExpectation("a schedule has one of three shapes");
}

}  // namespace winnow::train
