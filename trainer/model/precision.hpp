// Types of the numbers that a model computes with. With bf16 the weights that it multiplies are
// rounded copies; what the optimizer changes stays in fp32 (optim/arena.hpp).
#pragma once

#include <ATen/core/Tensor.h>

namespace winnow::train {

/// bf16 has 8 significant bits, too few for sums, means and logarithms of many: those are fp32.
/// Other types stay as they are.
inline at::Tensor widened(const at::Tensor& values) {
  return values.scalar_type() == at::kBFloat16 ? values.to(at::kFloat) : values;
}

}  // namespace winnow::train
