// Dropout (Srivastava et al. 2014, "Dropout: A Simple Way to Prevent Neural Networks from
// Overfitting") whose mask is not kept for the backward pass but drawn again.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace winnow::train {

/// Sets the share of the values to 0 and scales the others. The mask follows from one number of
/// torch's default generator, whatever the number of threads. Needs fp32 values on a processor and
/// a share above 0.
at::Tensor drop_and_draw_again(const at::Tensor& values, double share);

/// A number of torch's default generator, for masks.
std::uint64_t draw_mask_key();

}  // namespace winnow::train
