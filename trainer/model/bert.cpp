#include "trainer/model/bert.hpp"

#include <ATen/ATen.h>

#include "trainer/torch_compat.hpp"

namespace winnow::train {
namespace {

at::Tensor apply(const Linear& linear, const at::Tensor& input) {
  return at::linear(input, linear.weight, linear.bias);
}

at::Tensor normalise(const LayerNorm& norm, const BertConfig& config, const at::Tensor& input) {
  return at::layer_norm(input, {config.hidden_size}, norm.weight, norm.bias,
                        config.layer_norm_epsilon);
}

/// Multi-head self-attention without its output projection: (N, C) → (N, C).
at::Tensor attend(const BertLayer& layer, const BertConfig& config, const PackedBatch& batch,
                  const at::Tensor& hidden, double dropout) {
  // One product for the three projections: faster than three, and the weights stay apart in files.
  const at::Tensor weight = at::cat({layer.query.weight, layer.key.weight, layer.value.weight});
  const at::Tensor bias = at::cat({layer.query.bias, layer.key.bias, layer.value.bias});
  const at::Tensor projected = to_grid(batch, at::linear(hidden, weight, bias));  // (B, T, 3C)
  const std::int64_t head_size = config.hidden_size / config.heads;
  const auto qkv = projected.view({batch.rows, batch.longest, 3, config.heads, head_size})
                       .permute({2, 0, 3, 1, 4})
                       .unbind();  // each (B, H, T, D)
  const at::Tensor mixed = attention(qkv[0], qkv[1], qkv[2], batch.mask, dropout);
  return to_packed(batch,
                   mixed.transpose(1, 2).reshape({batch.rows, batch.longest, config.hidden_size}));
}

}  // namespace

at::Tensor embed(const BertWeights& weights, const BertConfig& config, const PackedBatch& batch,
                 double dropout) {
  const at::Tensor sum = at::embedding(weights.word_embeddings, batch.tokens) +
                         at::embedding(weights.position_embeddings, batch.positions) +
                         weights.token_type_embeddings.select(0, 0);
  return drop(normalise(weights.embedding_norm, config, sum), dropout);
}

at::Tensor run_layer(const BertLayer& layer, const BertConfig& config, const PackedBatch& batch,
                     const at::Tensor& hidden, double dropout) {
  const at::Tensor mixed =
      apply(layer.attention_output, attend(layer, config, batch, hidden, dropout));
  const at::Tensor attended =
      normalise(layer.attention_norm, config, drop(mixed, dropout) + hidden);
  const at::Tensor expanded = at::gelu(apply(layer.intermediate, attended));
  const at::Tensor output = drop(apply(layer.output, expanded), dropout);
  return normalise(layer.output_norm, config, output + attended);
}

at::Tensor drop(const at::Tensor& values, double share) {
  return share > 0.0 ? at::dropout(values, share, /*train=*/true) : values;
}

}  // namespace winnow::train
