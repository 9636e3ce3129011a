#include "trainer/model/bert.hpp"

#include <ATen/ATen.h>

#include "trainer/model/packed_attention.hpp"
#include "trainer/torch_compat.hpp"

namespace winnow::train {
namespace {

at::Tensor normalise(const LayerNorm& norm, const BertConfig& config, const at::Tensor& input) {
  return at::layer_norm(input, {config.hidden_size}, norm.weight, norm.bias,
                        config.layer_norm_epsilon);
}

/// Multi-head self-attention without its output projection: (N, C) → (N, C).
at::Tensor attend(const BertLayer& layer, const BertConfig& config, const PackedBatch& batch,
                  const at::Tensor& hidden, const Dropout& dropout) {
  const at::Tensor joined = apply_joined(layer.query, layer.key, layer.value, hidden, dropout);
  const std::int64_t head_size = config.hidden_size / config.heads;
  const Prefix& prefix = layer.prefix;
  if (has_packed_attention(joined) && !prefix.keys.defined()) {
    const AttentionShape shape{config.heads, config.heads, head_size};
    return packed_attention(joined, row_begins(batch), shape, dropout.activations);
  }
  const at::Tensor projected = to_grid(batch, joined);
  const auto qkv = projected.view({batch.rows, batch.longest, 3, config.heads, head_size})
                       .permute({2, 0, 3, 1, 4})
                       .unbind();  // each (B, H, T, D)
  const std::int64_t in_front = prefix.keys.defined() ? prefix.keys.size(0) : 0;
  const at::Tensor mixed =
      attention(qkv[0], behind_prefix(prefix.keys, qkv[1]), behind_prefix(prefix.values, qkv[2]),
                mask_behind_prefix(batch.mask, in_front), dropout.activations);
  return to_packed(batch,
                   mixed.transpose(1, 2).reshape({batch.rows, batch.longest, config.hidden_size}));
}

}  // namespace

at::Tensor embed(const BertWeights& weights, const BertConfig& config, const PackedBatch& batch,
                 const Dropout& dropout) {
  const at::Tensor places =
      config.first_position == 0 ? batch.positions : batch.positions + config.first_position;
  at::Tensor sum = look_up(weights.word_embeddings, weights.prompt, batch) +
                   at::embedding(weights.position_embeddings, places);
  if (config.token_types > 0) sum = sum + weights.token_type_embeddings.select(0, 0);
  return drop(normalise(weights.embedding_norm, config, sum), dropout.activations);
}

at::Tensor run_layer(const BertLayer& layer, const BertConfig& config, const PackedBatch& batch,
                     const at::Tensor& hidden, const Dropout& dropout) {
  const at::Tensor mixed =
      apply(layer.attention_output, attend(layer, config, batch, hidden, dropout), dropout);
  const at::Tensor attended =
      normalise(layer.attention_norm, config, drop(mixed, dropout.activations) + hidden);
  const at::Tensor expanded = at::gelu(apply(layer.intermediate, attended, dropout));
  const at::Tensor output = drop(apply(layer.output, expanded, dropout), dropout.activations);
  return normalise(layer.output_norm, config, output + attended);
}

}  // namespace winnow::train
