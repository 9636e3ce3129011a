// The learning rate as a function of the step and of nothing else: resuming needs no scheduler
// state. Warm-up, constant, linear and cosine have the values of
// get_{constant,linear,cosine}_schedule_with_warmup of Hugging Face transformers; polynomial, step,
// exponential and one_cycle those of PyTorch's PolynomialLR, StepLR, ExponentialLR and OneCycleLR.
// A plateau's drops depend on evaluations: plateau.hpp.
#pragma once

#include <cstdint>
#include <string>

namespace winnow::train {

enum class ScheduleShape {
  constant,
  linear,
  cosine,
  polynomial,
  step,
  exponential,
  one_cycle,
  plateau
};

struct Schedule {
  ScheduleShape shape = ScheduleShape::linear;
  double peak = 0.0;              // the learning rate at the end of the warm-up
  std::int64_t warmup_steps = 0;  // rises linearly from zero at step 0; 0 for one_cycle
  std::int64_t total_steps = 1;   // linear, cosine, polynomial reach zero here; never taken
  double power = 1.0;             // polynomial
  double decay = 0.1;             // step, exponential: factor of each drop
  std::int64_t every_steps = 1;   // step, exponential: between drops
  double rise = 0.3;              // one_cycle: share of the steps up to the peak
};

/// Throws ConfigError for an unknown word; `place` names where it was written.
ScheduleShape parse_schedule_shape(const std::string& word, const std::string& place);

/// For the update of step 0, 1, 2 …
double learning_rate(const Schedule& schedule, std::int64_t step);

}  // namespace winnow::train
