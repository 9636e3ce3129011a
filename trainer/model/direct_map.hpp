// Linear maps and look-ups whose backward pass adds gradients of weights where they are gathered,
// in a product or a loop of its own, on a processor. The engine would make each in new memory and
// add it from there: for a model of 23 million numbers that is a twentieth of a step. A low-rank
// addition goes into a copy of the weight, so that both directions are one product. Letters as in
// packed_batch.hpp.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "trainer/model/linear.hpp"

namespace winnow::train {

/// Whether direct_map() computes these: fp32 on a processor, something to learn from the gradients,
/// no dropout before low-rank additions, and enough rows for a weight's copy to be worth it.
bool has_direct_map(const std::vector<Linear>& parts, const at::Tensor& input,
                    const Dropout& dropout);

/// Maps of one input side by side, without what stands behind them: (N, in) → (N, Σ out). Gradients
/// of weights do not pass through the graph: backward() adds them to grad() of each, and
/// torch::autograd::grad() does not see them.
at::Tensor direct_map(const std::vector<Linear>& parts, const at::Tensor& input);

/// The rows of a table, (N, C); the table's gradient as above where it is fp32 on a processor.
at::Tensor direct_look_up(const at::Tensor& table, const at::Tensor& places);

}  // namespace winnow::train
