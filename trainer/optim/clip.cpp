#include "trainer/optim/clip.hpp"

#include <ATen/ATen.h>

#include <cmath>
#include <optional>

namespace winnow::train {

double clip_gradients(const Arena& arena, double max_norm) {
  const at::NoGradGuard no_gradients;
  std::optional<double> first;
  for (std::int64_t trial = 0; trial < arena.trials(); ++trial) {
    at::Tensor gradient = arena.gradients().select(0, trial);
    const double norm = gradient.norm().item<double>();
    if (!first) first = norm;
    if (max_norm > 0.0 && std::isfinite(norm) && norm > max_norm) gradient.mul_(max_norm / norm);
  }
  return *first;
}

void clip_gradient_values(const Arena& arena, double max_size) {
  if (max_size > 0.0) arena.gradients().clamp_(-max_size, max_size);
}

}  // namespace winnow::train
