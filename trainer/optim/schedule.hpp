// The learning rate as a function of the step and of nothing else: resuming needs no scheduler
// state. Same values as get_{constant,linear,cosine}_schedule_with_warmup of Hugging Face
// transformers.
#pragma once

#include <cstdint>
#include <string>

namespace winnow::train {

enum class ScheduleShape { constant, linear, cosine };

struct Schedule {
  ScheduleShape shape = ScheduleShape::linear;
  double peak = 0.0;              // the learning rate at the end of the warm-up
  std::int64_t warmup_steps = 0;  // rises linearly from zero at step 0
  std::int64_t total_steps = 1;   // linear and cosine reach zero at this step, which is never taken
};

/// Throws ConfigError for an unknown word; `place` names where it was written.
ScheduleShape parse_schedule_shape(const std::string& word, const std::string& place);

/// For the update of step 0, 1, 2 …
double learning_rate(const Schedule& schedule, std::int64_t step);

}  // namespace winnow::train
