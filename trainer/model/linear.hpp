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

/// y = x·weightᵀ + bias, and the low-rank addition.
struct Linear {
  at::Tensor weight;  // (out, in)
  at::Tensor bias;    // (out), or undefined
  LowRank low_rank;
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

/// Three maps of one input side by side, as one product: faster than three.
at::Tensor apply_joined(const Linear& first, const Linear& second, const Linear& third,
                        const at::Tensor& input, const Dropout& dropout);

}  // namespace winnow::train
