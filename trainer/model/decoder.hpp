// The forward pass of causal language models as Hugging Face defines it. GPT-2 (Radford et al.
// 2019): LayerNorm before each branch, learned positions, tanh form of GELU. Llama (Touvron et al.
// 2023), Qwen2, Qwen3: RMS norm (Zhang and Sennrich 2019), rotary positions (Su et al. 2021) that
// rotate the two halves of a head, grouped-query attention (Ainslie et al. 2023), gated SiLU
// (Shazeer 2020). Letters as in packed_batch.hpp; G = heads / key_value_heads.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "trainer/model/decoder_weights.hpp"
#include "trainer/model/packed_batch.hpp"

namespace winnow::train {

/// Keys and values of the tokens so far, for generation: (1, key_value_heads, T, D) a layer.
struct KeyValueCache {
  struct Layer {
    at::Tensor keys;
    at::Tensor values;
  };
  std::vector<Layer> layers;
  std::int64_t tokens = 0;
};

/// cos and sin of the angles of some positions: (T, D/2) each; undefined for GPT-2.
struct Rotation {
  at::Tensor cosines;
  at::Tensor sines;
};

/// Of positions `first` … `first + count - 1`.
Rotation rotation_of(const DecoderConfig& config, std::int64_t first, std::int64_t count,
                     at::Device device);

/// What the tokens look like before the first layer: (N, C).
at::Tensor embed(const DecoderWeights& weights, const DecoderConfig& config,
                 const PackedBatch& batch, const Dropout& dropout);

/// One layer: (N, C) → (N, C). With a cache the batch is one row that continues it, and its keys
/// and values are added; it begins with the layer's prefix.
at::Tensor run_layer(const DecoderLayer& layer, const DecoderConfig& config,
                     const PackedBatch& batch, const Rotation& rotation, const at::Tensor& hidden,
                     const Dropout& dropout, KeyValueCache::Layer* cache = nullptr);

/// The last norm: (N, C) → (N, C), what the head multiplies.
at::Tensor normalise(const LayerNorm& norm, const DecoderConfig& config, const at::Tensor& hidden);

}  // namespace winnow::train
