// The shape of a BERT encoder, as its config.json says.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>

namespace winnow::train {

struct BertConfig {
  std::int64_t vocabulary_size = 0;
  std::int64_t hidden_size = 0;
  std::int64_t layers = 0;
  std::int64_t heads = 0;  // divides hidden_size
  std::int64_t intermediate_size = 0;
  std::int64_t max_positions = 0;
  std::int64_t token_types = 0;
  double layer_norm_epsilon = 0.0;
  double initializer_range = 0.0;  // standard deviation of new weights
  bool operator==(const BertConfig&) const = default;
};

/// Reads an object in the format of Hugging Face. Throws ConfigError with every fault at once: keys
/// missing or out of range, and variants of BERT that this trainer does not compute (other
/// activation, relative positions, decoders). `source` names the file in faults.
BertConfig parse_bert_config(const nlohmann::json& object, const std::string& source);

/// A parsed JSON file. Throws ConfigError.
nlohmann::json read_json_file(const std::filesystem::path& path);
/// The parsed config.json of a model folder. Throws ConfigError.
nlohmann::json read_config_json(const std::filesystem::path& model_folder);

}  // namespace winnow::train
