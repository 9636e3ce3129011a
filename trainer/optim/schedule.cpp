#include "trainer/optim/schedule.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <string_view>

#include "trainer/errors.hpp"

namespace winnow::train {
namespace {

constexpr std::array<std::pair<std::string_view, ScheduleShape>, 8> shapes = {
    {{"constant", ScheduleShape::constant},
     {"linear", ScheduleShape::linear},
     {"cosine", ScheduleShape::cosine},
     {"polynomial", ScheduleShape::polynomial},
     {"step", ScheduleShape::step},
     {"exponential", ScheduleShape::exponential},
     {"one_cycle", ScheduleShape::one_cycle},
     {"plateau", ScheduleShape::plateau}}};

/// From `start` at share 0 to `end` at share 1 along half a cosine.
double anneal(double start, double end, double share) {
  return end + 0.5 * (start - end) * (1.0 + std::cos(std::numbers::pi * share));
}

/// Smith and Topin 2018, "Super-Convergence: Very Fast Training of Neural Networks Using Large
/// Learning Rates", with PyTorch's two cosine phases and its ratios of the rates at both ends.
double one_cycle(const Schedule& schedule, double step) {
  constexpr double peak_to_first = 25.0, first_to_last = 1e4;
  const double first = schedule.peak / peak_to_first;
  const double last_step = static_cast<double>(schedule.total_steps) - 1.0;
  const double top = std::max(0.0, schedule.rise * static_cast<double>(schedule.total_steps) - 1.0);
  if (step < top) return anneal(first, schedule.peak, step / top);
  if (last_step <= top) return schedule.peak;
  return anneal(schedule.peak, first / first_to_last,
                std::min(1.0, (step - top) / (last_step - top)));
}

}  // namespace

ScheduleShape parse_schedule_shape(const std::string& word, const std::string& place) {
  for (const auto& [name, shape] : shapes) {
    if (name == word) return shape;
  }
  throw ConfigError(place, "is not a schedule: \"" + word + "\"");
}

double learning_rate(const Schedule& schedule, std::int64_t step) {
  if (step < schedule.warmup_steps) {
    return schedule.peak * static_cast<double>(step) / static_cast<double>(schedule.warmup_steps);
  }
  const auto after_warmup = static_cast<double>(step - schedule.warmup_steps);
  const auto length =
      static_cast<double>(std::max<std::int64_t>(1, schedule.total_steps - schedule.warmup_steps));
  const double progress = std::min(1.0, after_warmup / length);
  const double drops = after_warmup / static_cast<double>(schedule.every_steps);
  switch (schedule.shape) {
    case ScheduleShape::constant:
    case ScheduleShape::plateau:
      return schedule.peak;
    case ScheduleShape::linear:
      return schedule.peak * (1.0 - progress);
    case ScheduleShape::cosine:
      return schedule.peak * 0.5 * (1.0 + std::cos(std::numbers::pi * progress));
    case ScheduleShape::polynomial:
      return schedule.peak * std::pow(1.0 - progress, schedule.power);
    case ScheduleShape::step:
      return schedule.peak * std::pow(schedule.decay, std::floor(drops));
    case ScheduleShape::exponential:
      return schedule.peak * std::pow(schedule.decay, drops);
    case ScheduleShape::one_cycle:
      return one_cycle(schedule, static_cast<double>(step));
  }
  throw BrokenExpectation("a schedule has one of the shapes above");
}

}  // namespace winnow::train
