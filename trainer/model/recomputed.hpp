// A layer whose inner results are not kept for the backward pass but computed again there: memory
// for one layer instead of all, for one more forward pass (Chen, Xu, Zhang, Guestrin 2016,
// "Training Deep Nets with Sublinear Memory Cost", section 3, a checkpoint at each layer).
#pragma once

#include <ATen/core/Tensor.h>

#include <functional>

namespace winnow::train {

using LayerFunction = std::function<at::Tensor(const at::Tensor&)>;

/// layer(hidden), with the same gradients to the bit: random draws are drawn again as they were.
/// What `layer` holds lives until the backward pass. Without gradients it is called and nothing
/// else.
at::Tensor recomputed(const at::Tensor& hidden, LayerFunction layer);

}  // namespace winnow::train
