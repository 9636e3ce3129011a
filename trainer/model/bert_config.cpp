#include "trainer/model/bert_config.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>

#include "trainer/errors.hpp"
#include "trainer/model/config_keys.hpp"

namespace winnow::train {
namespace {

using nlohmann::json;

constexpr std::array<std::pair<std::string_view, BertFamily>, 3> families = {
    {{"bert", BertFamily::bert},
     {"roberta", BertFamily::roberta},
     {"distilbert", BertFamily::distilbert}}};

std::optional<BertFamily> family_of(const json& object) {
  const json type = object.value("model_type", json());
  for (const auto& [name, family] : families) {
    if (type == name) return family;
  }
  return std::nullopt;
}

void read_bert_like(ConfigKeys& keys, BertConfig& config) {
  config.hidden_size = keys.size("hidden_size");
  config.layers = keys.size("num_hidden_layers", ConfigKeys::max_layers);
  config.heads = keys.size("num_attention_heads");
  config.intermediate_size = keys.size("intermediate_size");
  config.token_types = keys.size("type_vocab_size");
  // Defaults of the reference implementation's configuration class.
  config.layer_norm_epsilon = keys.positive("layer_norm_eps", 1e-12);
  keys.must_be("hidden_act", "gelu");
  keys.must_be("position_embedding_type", "absolute");
  keys.must_be("is_decoder", false);
}

void read_distilbert(ConfigKeys& keys, BertConfig& config) {
  config.hidden_size = keys.size("dim");
  config.layers = keys.size("n_layers", ConfigKeys::max_layers);
  config.heads = keys.size("n_heads");
  config.intermediate_size = keys.size("hidden_dim");
  config.layer_norm_epsilon = 1e-12;  // written into the class, not into its configuration
  keys.must_be("activation", "gelu");
  keys.must_be("sinusoidal_pos_embds", false);
}

}  // namespace

BertConfig parse_bert_config(const json& object, const std::string& source) {
  if (!object.is_object()) throw ConfigError(source, "expected a JSON object");
  const auto family = family_of(object);
  if (!family) {
    throw ConfigError(source + ": model_type",
                      fmt::format("is {}; the encoders computed are bert, roberta and distilbert",
                                  object.value("model_type", json()).dump()));
  }
  ConfigKeys keys(object, source);
  BertConfig config;
  config.family = *family;
  config.vocabulary_size = keys.size("vocab_size");
  config.initializer_range = keys.positive("initializer_range", 0.02);
  config.max_positions = keys.size("max_position_embeddings");
  if (*family == BertFamily::distilbert) {
    read_distilbert(keys, config);
  } else {
    read_bert_like(keys, config);
  }
  if (*family == BertFamily::roberta) {
    config.first_position = keys.index("pad_token_id", config.vocabulary_size, 1) + 1;
    config.max_positions -= config.first_position;
    if (config.max_positions < 1) {
      keys.fault("max_position_embeddings", "leaves no position behind that of the padding token");
    }
  }
  if (!keys.has_faults() && config.hidden_size % config.heads != 0) {
    const bool distilbert = *family == BertFamily::distilbert;
    keys.fault(distilbert ? "n_heads" : "num_attention_heads",
               fmt::format("{} does not divide {} {}", config.heads,
                           distilbert ? "dim" : "hidden_size", config.hidden_size));
  }
  keys.throw_faults();
  return config;
}

}  // namespace winnow::train
