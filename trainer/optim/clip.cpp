#include "trainer/optim/clip.hpp"

#include <ATen/ATen.h>

#include <cmath>

namespace winnow::train {

double clip_gradients(const std::vector<Parameter>& parameters, double max_norm) {
  const at::NoGradGuard no_gradients;
  std::vector<at::Tensor> norms;
  for (const Parameter& parameter : parameters) {
    if (parameter.tensor.grad().defined()) norms.push_back(parameter.tensor.grad().norm());
  }
  if (norms.empty()) return 0.0;
  const double norm = at::stack(norms).norm().item<double>();
  if (max_norm > 0.0 && std::isfinite(norm) && norm > max_norm) {
    for (const Parameter& parameter : parameters) {
      if (parameter.tensor.grad().defined()) parameter.tensor.mutable_grad().mul_(max_norm / norm);
    }
  }
  return norm;
}

void clear_gradients(const std::vector<Parameter>& parameters) {
  for (const Parameter& parameter : parameters) {
    if (parameter.tensor.grad().defined()) parameter.tensor.mutable_grad().zero_();
  }
}

}  // namespace winnow::train
