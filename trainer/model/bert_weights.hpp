// The tensors of a BERT encoder, under the names that Hugging Face files give them.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "trainer/model/bert_config.hpp"
#include "trainer/model/weight_slots.hpp"

namespace winnow::train {

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

/// All slots, without the prefix `bert.`; the pooler's layer is L. They point into `weights`, whose
/// layers are created if absent.
SlotList bert_slots(BertWeights& weights, const BertConfig& config);

/// Reads fp32, fp16 or bf16 weights as fp32. Names may carry the prefix `bert.`; LayerNorm tensors
/// may be called gamma and beta, as in the oldest files; what is not part of an encoder is ignored.
/// Throws ConfigError listing every tensor that is missing or has another shape than config.json
/// says.
BertWeights load_bert_weights(const std::vector<std::filesystem::path>& safetensors,
                              const BertConfig& config);

}  // namespace winnow::train
