// The shape of a causal language model of the GPT-2, Llama, Qwen2 or Qwen3 family, as its
// config.json says. Needs no libtorch.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace winnow::train {

enum class DecoderFamily { gpt2, llama, qwen2, qwen3 };

/// How the angles of rotary positions are changed for contexts longer than the model was first
/// trained on.
struct RopeScaling {
  enum class Kind { none, linear, llama3 };
  Kind kind = Kind::none;
  double factor = 1.0;
  double low_frequency_factor = 1.0;   // llama3
  double high_frequency_factor = 4.0;  // llama3
  double first_positions = 8192.0;     // llama3: context of the first training
  bool operator==(const RopeScaling&) const = default;
};

struct DecoderConfig {
  DecoderFamily family = DecoderFamily::llama;
  std::int64_t vocabulary_size = 0;
  std::int64_t hidden_size = 0;
  std::int64_t layers = 0;
  std::int64_t heads = 0;
  std::int64_t key_value_heads = 0;  // divides heads
  std::int64_t head_size = 0;
  std::int64_t intermediate_size = 0;
  std::int64_t max_positions = 0;
  double norm_epsilon = 0.0;
  double initializer_range = 0.0;  // standard deviation of new weights
  double rope_theta = 10000.0;
  RopeScaling rope_scaling;
  bool query_bias = false;   // on query, key and value
  bool output_bias = false;  // on attention's output
  bool mlp_bias = false;
  bool tied = false;                     // the head is the table of token embeddings
  std::vector<std::int32_t> end_tokens;  // eos_token_id
  /// The one that texts to learn end with; nothing: the config names none.
  std::optional<std::int32_t> end_token() const {
    return end_tokens.empty() ? std::nullopt : std::optional(end_tokens.front());
  }
  bool operator==(const DecoderConfig&) const = default;
};

/// Whether the model_type is one of the families.
bool is_decoder_config(const nlohmann::json& object);

/// Reads an object in the format of Hugging Face, rotary settings at the top level or under
/// rope_parameters. Throws ConfigError with every fault at once, variants that this trainer does
/// not compute among them. `source` names the file in faults.
DecoderConfig parse_decoder_config(const nlohmann::json& object, const std::string& source);

}  // namespace winnow::train
