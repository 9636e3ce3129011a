#include "trainer/optim/weight_average.hpp"

#include <ATen/ATen.h>

namespace winnow::train {

WeightAverage::WeightAverage(Arena& arena, double decay)
    : arena_(arena), decay_(decay), average_(arena.values().clone()) {}

void WeightAverage::update() {
  const at::NoGradGuard no_gradients;
  average_.lerp_(arena_.values(), 1.0 - decay_);
}

void WeightAverage::swap() {
  const at::NoGradGuard no_gradients;
  const at::Tensor kept = average_.clone();
  average_.copy_(arena_.values());
  arena_.values().copy_(kept);
  arena_.publish();
}

}  // namespace winnow::train
