// Where tensors live.
#pragma once

#include <c10/core/Device.h>

namespace winnow::train {

/// The first GPU that CUDA_VISIBLE_DEVICES shows, if libtorch can use one and the variable is not
/// the empty text; else the processor. Turns reduced-precision products on the GPU off.
at::Device choose_device();

}  // namespace winnow::train
