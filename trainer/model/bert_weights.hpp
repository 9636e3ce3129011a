// The tensors of a BERT encoder, under the names that Hugging Face files give them.
#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "trainer/model/bert_config.hpp"

namespace winnow::train {

/// y = x·weightᵀ + bias. weight: (out, in), bias: (out).
struct Linear {
  at::Tensor weight;
  at::Tensor bias;
};

struct LayerNorm {
  at::Tensor weight;  // (C)
  at::Tensor bias;    // (C)
};

struct BertLayer {
  Linear query, key, value;  // (C, C)
  Linear attention_output;   // (C, C)
  LayerNorm attention_norm;
  Linear intermediate;  // (I, C)
  Linear output;        // (C, I)
  LayerNorm output_norm;
};

struct BertWeights {
  at::Tensor word_embeddings;        // (vocabulary, C)
  at::Tensor position_embeddings;    // (positions, C)
  at::Tensor token_type_embeddings;  // (types, C)
  LayerNorm embedding_norm;
  std::vector<BertLayer> layers;
  std::optional<Linear> pooler;  // (C, C); not every file has one
};

/// One tensor of the weights with its name (without the `bert.` prefix), its shape and its place
/// from the bottom: -1 the embeddings, 0 … L-1 the layers, L the pooler.
struct WeightSlot {
  std::string name;
  at::Tensor* tensor;
  std::vector<std::int64_t> shape;
  std::int64_t layer;
};

/// All slots, from the bottom to the top. They point into `weights`, whose layers are created if
/// absent.
std::vector<WeightSlot> weight_slots(BertWeights& weights, const BertConfig& config);

/// Reads fp32, fp16 or bf16 weights as fp32. Names may carry the prefix `bert.`; LayerNorm tensors
/// may be called gamma and beta, as in the oldest files; what is not part of an encoder is ignored.
/// Throws ConfigError listing every tensor that is missing or has another shape than config.json
/// says.
BertWeights load_bert_weights(const std::filesystem::path& safetensors, const BertConfig& config);

}  // namespace winnow::train
