#include "trainer/model/decoder_config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "trainer/errors.hpp"
#include "trainer/model/config_keys.hpp"

namespace winnow::train {
namespace {

using nlohmann::json;

constexpr std::array<std::pair<std::string_view, DecoderFamily>, 4> families = {
    {{"gpt2", DecoderFamily::gpt2},
     {"llama", DecoderFamily::llama},
     {"qwen2", DecoderFamily::qwen2},
     {"qwen3", DecoderFamily::qwen3}}};

std::optional<DecoderFamily> family_of(const json& object) {
  const json type = object.is_object() ? object.value("model_type", json()) : json();
  for (const auto& [name, family] : families) {
    if (type == name) return family;
  }
  return std::nullopt;
}

void read_gpt2(ConfigKeys& keys, DecoderConfig& config) {
  config.hidden_size = keys.size("n_embd");
  config.layers = keys.size("n_layer", ConfigKeys::max_layers);
  config.heads = keys.size("n_head");
  config.key_value_heads = config.heads;
  config.head_size = config.hidden_size / config.heads;
  config.intermediate_size = keys.size_or("n_inner", 4 * config.hidden_size);
  config.max_positions = keys.size("n_positions");
  config.norm_epsilon = keys.positive("layer_norm_epsilon", 1e-5);
  config.query_bias = config.output_bias = config.mlp_bias = true;
  config.tied = keys.flag("tie_word_embeddings", true);
  keys.must_be_one_of("activation_function", {"gelu_new", "gelu_pytorch_tanh"});
  keys.must_be("scale_attn_weights", true);
  keys.must_be("scale_attn_by_inverse_layer_idx", false);
  keys.must_be("add_cross_attention", false);
}

/// Rotary settings: files of transformers 5 have rope_parameters, older ones rope_scaling and a
/// rope_theta at the top level; the kind is called rope_type or, oldest, type.
void read_rope(const json& object, const std::string& source, ConfigKeys& keys,
               DecoderConfig& config) {
  const char* place =
      object.value("rope_parameters", json()).is_object() ? "rope_parameters" : "rope_scaling";
  config.rope_theta = keys.positive("rope_theta", 10000.0);
  const json parameters = object.value(place, json());
  if (parameters.is_null()) return;
  if (!parameters.is_object()) {
    keys.fault(place, "expected an object, found " + parameters.dump());
    return;
  }
  ConfigKeys inner(parameters, source + ": " + place);
  config.rope_theta = inner.positive("rope_theta", config.rope_theta);
  const json kind = parameters.value("rope_type", parameters.value("type", json("default")));
  RopeScaling& scaling = config.rope_scaling;
  if (kind == "linear") {
    scaling.kind = RopeScaling::Kind::linear;
    scaling.factor = inner.positive("factor", 1.0);
  } else if (kind == "llama3") {
    scaling.kind = RopeScaling::Kind::llama3;
    scaling.factor = inner.positive("factor", 8.0);
    scaling.low_frequency_factor = inner.positive("low_freq_factor", 1.0);
    scaling.high_frequency_factor = inner.positive("high_freq_factor", 4.0);
    scaling.first_positions = inner.positive("original_max_position_embeddings", 8192.0);
    if (scaling.high_frequency_factor <= scaling.low_frequency_factor) {
      inner.fault("high_freq_factor", "must be above low_freq_factor");
    }
  } else if (kind != "default") {
    inner.fault("rope_type", fmt::format("is {}; default, linear and llama3 are computed by this "
                                         "trainer",
                                         kind.dump()));
  }
  inner.throw_faults();
}

void read_llama_like(const json& object, const std::string& source, ConfigKeys& keys,
                     DecoderConfig& config) {
  config.hidden_size = keys.size("hidden_size");
  config.layers = keys.size("num_hidden_layers", ConfigKeys::max_layers);
  config.heads = keys.size("num_attention_heads");
  config.key_value_heads = keys.size_or("num_key_value_heads", config.heads);
  const std::int64_t usual = config.family == DecoderFamily::qwen3
                                 ? 128  // Qwen3Config's default, whatever the hidden size
                                 : config.hidden_size / config.heads;
  config.head_size = keys.size_or("head_dim", std::max<std::int64_t>(usual, 1));
  config.intermediate_size = keys.size("intermediate_size");
  config.max_positions = keys.size("max_position_embeddings");
  config.norm_epsilon = keys.positive("rms_norm_eps", 1e-6);
  const bool bias = keys.flag("attention_bias", false);
  config.query_bias = bias || config.family == DecoderFamily::qwen2;
  config.output_bias = bias;
  config.mlp_bias = keys.flag("mlp_bias", false);
  config.tied = keys.flag("tie_word_embeddings", false);
  keys.must_be("hidden_act", "silu");
  keys.must_be("use_sliding_window", false);
  read_rope(object, source, keys, config);
  if (config.head_size % 2 != 0) keys.fault("head_dim", "must be even: positions rotate pairs");
}

/// A number, a list of numbers, or nothing.
std::vector<std::int32_t> read_end_tokens(const json& object, ConfigKeys& keys) {
  const json value = object.value("eos_token_id", json());
  std::vector<std::int32_t> tokens;
  const json list = value.is_array()  ? value
                    : value.is_null() ? json::array()
                                      : json::array({value});
  for (const json& token : list) {
    if (token.is_number_integer() && token >= 0 &&
        token < std::numeric_limits<std::int32_t>::max()) {
      tokens.push_back(token.get<std::int32_t>());
    } else {
      keys.fault("eos_token_id", "expected token ids, found " + value.dump());
    }
  }
  return tokens;
}

}  // namespace

bool is_decoder_config(const json& object) { return family_of(object).has_value(); }

DecoderConfig parse_decoder_config(const json& object, const std::string& source) {
  if (!object.is_object()) throw ConfigError(source, "expected a JSON object");
  const auto family = family_of(object);
  if (!family) {
    throw ConfigError(source + ": model_type",
                      fmt::format("is {}; the language models computed are gpt2, llama, qwen2 and "
                                  "qwen3",
                                  object.value("model_type", json()).dump()));
  }
  ConfigKeys keys(object, source);
  DecoderConfig config;
  config.family = *family;
  config.vocabulary_size = keys.size("vocab_size");
  config.initializer_range = keys.positive("initializer_range", 0.02);  // as Hugging Face's
  if (*family == DecoderFamily::gpt2) {
    read_gpt2(keys, config);
    if (config.hidden_size % config.heads != 0) {
      keys.fault("n_head",
                 fmt::format("{} does not divide n_embd {}", config.heads, config.hidden_size));
    }
  } else {
    read_llama_like(object, source, keys, config);
  }
  if (config.heads % config.key_value_heads != 0) {
    keys.fault("num_key_value_heads", fmt::format("{} does not divide the {} heads",
                                                  config.key_value_heads, config.heads));
  }
  config.end_tokens = read_end_tokens(object, keys);
  keys.throw_faults();
  return config;
}

}  // namespace winnow::train
