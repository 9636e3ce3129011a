// The pieces that every model here is made of: linear maps that may carry a low-rank addition, and
// dropout. Letters for shapes as in packed_batch.hpp.
#pragma once

#include <ATen/core/Tensor.h>

namespace winnow::train {

/// An addition scale·B·A·x to a linear map (Hu et al. 2021, "LoRA: Low-Rank Adaptation of Large
/// Language Models", section 4.1).
struct LowRank {
  at::Tensor a;  // (r, in); undefined: no addition
  at::Tensor b;  // (out, r)
  double scale = 0.0;
};

/// What stands behind a linear map: y + up·GELU(down·y + down_bias) + up_bias.
struct Bottleneck {
  at::Tensor down;       // (size, out); undefined: nothing stands there
  at::Tensor down_bias;  // (size)
  at::Tensor up;         // (out, size)
  at::Tensor up_bias;    // (out)
};

/// y = x·weightᵀ + bias, the low-rank addition, and the bottleneck behind both.
struct Linear {
  at::Tensor weight;  // (out, in)
  at::Tensor bias;    // (out), or undefined
  LowRank low_rank;
  Bottleneck bottleneck = {};
};

struct LayerNorm {
  at::Tensor weight;  // (C)
  at::Tensor bias;    // (C)
};

/// Shares that are dropped; all 0 outside of training.
struct Dropout {
  double activations = 0.0;
  double low_rank = 0.0;  // of what enters a low-rank addition
};

/// Dropout, which draws from torch's default generator; the values themselves if `share` is 0.
at::Tensor drop(const at::Tensor& values, double share);

/// (N, in) → (N, out).
at::Tensor apply(const Linear& linear, const at::Tensor& input, const Dropout& dropout);

/// Three maps of one input side by side, as one product: faster than three. None has a bottleneck.
at::Tensor apply_joined(const Linear& first, const Linear& second, const Linear& third,
                        const at::Tensor& input, const Dropout& dropout);

}  // namespace winnow::train
