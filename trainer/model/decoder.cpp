#include "trainer/model/decoder.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "trainer/model/packed_attention.hpp"
#include "trainer/model/precision.hpp"
#include "trainer/torch_compat.hpp"

namespace winnow::train {
namespace {

/// 1 / θ^(2i/D), changed for longer contexts as the config says. "llama3" as in Hugging Face's
/// modeling_rope_utils: long waves are stretched by the factor, short ones stay, between them it
/// goes over smoothly.
std::vector<double> frequencies(const DecoderConfig& config) {
  const RopeScaling& scaling = config.rope_scaling;
  std::vector<double> all;
  for (std::int64_t i = 0; i < config.head_size / 2; ++i) {
    const double share = 2.0 * static_cast<double>(i) / static_cast<double>(config.head_size);
    double frequency = std::pow(config.rope_theta, -share);
    if (scaling.kind == RopeScaling::Kind::linear) frequency /= scaling.factor;
    if (scaling.kind == RopeScaling::Kind::llama3) {
      const double turns = scaling.first_positions * frequency / (2.0 * std::numbers::pi);
      const double low = scaling.low_frequency_factor, high = scaling.high_frequency_factor;
      const double kept = std::clamp((turns - low) / (high - low), 0.0, 1.0);
      frequency = kept * frequency + (1.0 - kept) * frequency / scaling.factor;
    }
    all.push_back(frequency);
  }
  return all;
}

/// (…, T, D) with each pair (x[i], x[i + D/2]) turned by its angle.
at::Tensor rotate(const at::Tensor& heads, const Rotation& rotation) {
  const auto halves = heads.chunk(2, -1);
  const at::Tensor cosines = rotation.cosines.to(heads.scalar_type());
  const at::Tensor sines = rotation.sines.to(heads.scalar_type());
  return at::cat({halves[0] * cosines - halves[1] * sines, halves[1] * cosines + halves[0] * sines},
                 -1);
}

at::Tensor root_mean_square_norm(const at::Tensor& weight, double epsilon, const at::Tensor& x) {
  const at::Tensor wide = widened(x);
  const at::Tensor normed = wide * at::rsqrt(wide.square().mean(-1, /*keepdim=*/true) + epsilon);
  return normed.to(x.scalar_type()) * weight;
}

/// (B, T, heads·D) → (B, heads, T, D).
at::Tensor to_heads(const PackedBatch& batch, const at::Tensor& grid, std::int64_t heads) {
  return grid.view({batch.rows, batch.longest, heads, -1}).transpose(1, 2);
}

struct Heads {
  at::Tensor query, key, value;  // (B, heads, T, D)
};

Heads gpt2_heads(const DecoderLayer& layer, const DecoderConfig& config, const PackedBatch& batch,
                 const at::Tensor& hidden, const Dropout& dropout) {
  const auto parts = to_grid(batch, apply(layer.query_key_value, hidden, dropout)).chunk(3, -1);
  return {to_heads(batch, parts[0].contiguous(), config.heads),
          to_heads(batch, parts[1].contiguous(), config.heads),
          to_heads(batch, parts[2].contiguous(), config.heads)};
}

Heads rotated_heads(const DecoderLayer& layer, const DecoderConfig& config,
                    const PackedBatch& batch, const Rotation& rotation, const at::Tensor& hidden,
                    const Dropout& dropout) {
  const std::int64_t q = config.heads * config.head_size;
  const std::int64_t k = config.key_value_heads * config.head_size;
  const auto parts =
      to_grid(batch, apply_joined(layer.query, layer.key, layer.value, hidden, dropout))
          .split_with_sizes({q, k, k}, -1);
  Heads heads{to_heads(batch, parts[0].contiguous(), config.heads),
              to_heads(batch, parts[1].contiguous(), config.key_value_heads),
              to_heads(batch, parts[2].contiguous(), config.key_value_heads)};
  if (layer.query_norm.defined()) {
    heads.query = root_mean_square_norm(layer.query_norm, config.norm_epsilon, heads.query);
    heads.key = root_mean_square_norm(layer.key_norm, config.norm_epsilon, heads.key);
  }
  heads.query = rotate(heads.query, rotation);
  heads.key = rotate(heads.key, rotation);
  return heads;
}

/// Each key and value head as often as queries ask it: (B, heads / G, T, D) → (B, heads, T, D).
at::Tensor repeat_heads(const at::Tensor& heads, std::int64_t group) {
  return group == 1 ? heads : heads.repeat_interleave(group, 1);
}

/// Queries, keys and values side by side, Qwen3's norms done: (N, (heads + 2·key_value_heads)·D).
at::Tensor joined_heads(const DecoderLayer& layer, const DecoderConfig& config,
                        const at::Tensor& hidden, const Dropout& dropout) {
  if (config.family == DecoderFamily::gpt2) return apply(layer.query_key_value, hidden, dropout);
  const at::Tensor joined = apply_joined(layer.query, layer.key, layer.value, hidden, dropout);
  if (!layer.query_norm.defined()) return joined;
  const std::int64_t d = config.head_size, q = config.heads * d, k = config.key_value_heads * d;
  const auto parts = joined.split_with_sizes({q, k, k}, -1);
  const auto normed = [&](const at::Tensor& part, const at::Tensor& weight) {
    const at::Tensor heads = part.reshape({part.size(0), -1, d});
    return root_mean_square_norm(weight, config.norm_epsilon, heads).flatten(1);
  };
  return at::cat({normed(parts[0], layer.query_norm), normed(parts[1], layer.key_norm), parts[2]},
                 -1);
}

at::Tensor attend(const DecoderLayer& layer, const DecoderConfig& config, const PackedBatch& batch,
                  const Rotation& rotation, const at::Tensor& hidden, const Dropout& dropout,
                  KeyValueCache::Layer* cache) {
  // Llama and its like have no dropout on the attention weights.
  const double weights_dropped = config.family == DecoderFamily::gpt2 ? dropout.activations : 0.0;
  if (cache == nullptr && !layer.prefix.keys.defined() && has_packed_attention(hidden)) {
    const AttentionShape shape{config.heads, config.key_value_heads, config.head_size,
                               /*causal=*/true};
    const at::Tensor mixed =
        packed_attention(joined_heads(layer, config, hidden, dropout), row_begins(batch), shape,
                         weights_dropped, rotation.cosines, rotation.sines);
    return apply(layer.attention_output, mixed, dropout);
  }
  Heads heads = config.family == DecoderFamily::gpt2
                    ? gpt2_heads(layer, config, batch, hidden, dropout)
                    : rotated_heads(layer, config, batch, rotation, hidden, dropout);
  if (cache == nullptr) {
    heads.key = behind_prefix(layer.prefix.keys, heads.key);
    heads.value = behind_prefix(layer.prefix.values, heads.value);
  } else {
    if (cache->keys.defined()) {
      heads.key = at::cat({cache->keys, heads.key}, 2);
      heads.value = at::cat({cache->values, heads.value}, 2);
    }
    cache->keys = heads.key;
    cache->values = heads.value;
  }
  const std::int64_t group = config.heads / config.key_value_heads;
  const at::Tensor mixed = causal_attention(heads.query, repeat_heads(heads.key, group),
                                            repeat_heads(heads.value, group), weights_dropped);
  const std::int64_t width = config.heads * config.head_size;
  return apply(layer.attention_output,
               to_packed(batch, mixed.transpose(1, 2).reshape({batch.rows, batch.longest, width})),
               dropout);
}

at::Tensor run_mlp(const DecoderLayer& layer, const DecoderConfig& config, const at::Tensor& hidden,
                   const Dropout& dropout) {
  const at::Tensor up = apply(layer.up, hidden, dropout);
  const at::Tensor inner = config.family == DecoderFamily::gpt2
                               ? at::gelu(up, "tanh")
                               : at::silu(apply(layer.gate, hidden, dropout)) * up;
  return apply(layer.down, inner, dropout);
}

}  // namespace

Rotation rotation_of(const DecoderConfig& config, std::int64_t first, std::int64_t count,
                     at::Device device) {
  if (config.family == DecoderFamily::gpt2) return {};
  const at::Tensor positions = at::arange(first, first + count, at::kDouble);
  const at::Tensor angles = at::outer(positions, at::tensor(frequencies(config), at::kDouble));
  return {angles.cos().to(at::kFloat).to(device), angles.sin().to(at::kFloat).to(device)};
}

at::Tensor embed(const DecoderWeights& weights, const DecoderConfig& config,
                 const PackedBatch& batch, const Dropout& dropout) {
  const at::Tensor looked_up = look_up(weights.token_embeddings, weights.prompt, batch);
  if (config.family != DecoderFamily::gpt2) return looked_up;
  return drop(looked_up + at::embedding(weights.position_embeddings, batch.positions),
              dropout.activations);
}

at::Tensor normalise(const LayerNorm& norm, const DecoderConfig& config, const at::Tensor& hidden) {
  if (config.family != DecoderFamily::gpt2) {
    return root_mean_square_norm(norm.weight, config.norm_epsilon, hidden);
  }
  return at::layer_norm(hidden, {config.hidden_size}, norm.weight, norm.bias, config.norm_epsilon);
}

at::Tensor run_layer(const DecoderLayer& layer, const DecoderConfig& config,
                     const PackedBatch& batch, const Rotation& rotation, const at::Tensor& hidden,
                     const Dropout& dropout, KeyValueCache::Layer* cache) {
  const at::Tensor mixed = attend(layer, config, batch, rotation,
                                  normalise(layer.attention_norm, config, hidden), dropout, cache);
  const at::Tensor attended = hidden + drop(mixed, dropout.activations);
  const at::Tensor expanded =
      run_mlp(layer, config, normalise(layer.mlp_norm, config, attended), dropout);
  return attended + drop(expanded, dropout.activations);
}

}  // namespace winnow::train
