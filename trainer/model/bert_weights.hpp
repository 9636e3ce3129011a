// The tensors of an encoder of the BERT family, under the names that Hugging Face files give them.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
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
  Prefix prefix;
};

struct BertWeights {
  at::Tensor word_embeddings;        // (vocabulary, C)
  at::Tensor position_embeddings;    // (first_position + positions, C)
  at::Tensor token_type_embeddings;  // (types, C); undefined without types
  LayerNorm embedding_norm;
  at::Tensor prompt;  // (n, C) in front of each row's embeddings; undefined: nothing
  std::vector<BertLayer> layers;
  /// What the first token goes through before the classifier: (C, C). BERT's pooler, which not
  /// every file has; of the others the first map of the head, which only files of classifiers have.
  std::optional<Linear> pooler;
};

/// What stands before the names of an encoder's tensors in the class with a head: "bert.".
std::string prefix_of(BertFamily family);
/// The names of a head's maps in that class.
std::string pooler_name(BertFamily family);      // "bert.pooler.dense"
std::string classifier_name(BertFamily family);  // "classifier"
/// The name that a slot's tensor has in that class.
std::string whole_name(const WeightSlot& slot, const BertConfig& config);

/// All slots, without the prefix; the pooler's layer is L. They point into `weights`, whose layers
/// are created if absent.
SlotList bert_slots(BertWeights& weights, const BertConfig& config);

/// Reads fp32, fp16 or bf16 weights as fp32. Names may carry the prefix; LayerNorm tensors
/// may be called gamma and beta, as in the oldest files; what is not part of an encoder is ignored.
/// Throws ConfigError listing every tensor that is missing or has another shape than config.json
/// says.
BertWeights load_bert_weights(const std::vector<std::filesystem::path>& safetensors,
                              const BertConfig& config);
/// The same ConfigError, found in the headers of the files: nothing is read.
void check_bert_weights(const std::vector<std::filesystem::path>& safetensors,
                        const BertConfig& config);

/// New weights, see draw_weights(); with a pooler.
BertWeights random_bert_weights(const BertConfig& config, std::uint64_t seed);

/// PEFT's usual places of low-rank additions.
std::vector<std::string> usual_lora_targets(BertFamily family);

}  // namespace winnow::train
