// The shape of an encoder of the BERT family, as its config.json says. Needs no libtorch.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

namespace winnow::train {

/// All three are BERT's layers. RoBERTa (Liu et al. 2019) counts positions from behind its padding
/// id; DistilBERT (Sanh et al. 2019) has no types of tokens and other names. Each has a head of its
/// own over the first token.
enum class BertFamily { bert, roberta, distilbert };

struct BertConfig {
  BertFamily family = BertFamily::bert;
  std::int64_t vocabulary_size = 0;
  std::int64_t hidden_size = 0;
  std::int64_t layers = 0;
  std::int64_t heads = 0;  // divides hidden_size
  std::int64_t intermediate_size = 0;
  std::int64_t max_positions = 0;   // tokens of the longest row
  std::int64_t first_position = 0;  // row of the position table that the first token of a row has
  std::int64_t token_types = 0;     // 0: none
  double layer_norm_epsilon = 0.0;
  double initializer_range = 0.0;  // standard deviation of new weights
  bool operator==(const BertConfig&) const = default;
};

/// Reads an object in the format of Hugging Face. Throws ConfigError with every fault at once: keys
/// missing or out of range, and variants that this trainer does not compute (other activation,
/// relative positions, decoders). `source` names the file in faults.
BertConfig parse_bert_config(const nlohmann::json& object, const std::string& source);

}  // namespace winnow::train
