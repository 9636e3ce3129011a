#include "trainer/model/bert_config.hpp"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "trainer/errors.hpp"
#include "trainer/model/config_keys.hpp"
#include "trainer/protocol/strict_json.hpp"
#include "trainer/weights/mapped_file.hpp"

namespace winnow::train {

BertConfig parse_bert_config(const nlohmann::json& object, const std::string& source) {
  if (!object.is_object()) throw ConfigError(source, "expected a JSON object");
  if (object.value("model_type", nlohmann::json()) != "bert") {
    throw ConfigError(source + ": model_type",
                      fmt::format("is {}; this trainer computes \"bert\" only",
                                  object.value("model_type", nlohmann::json()).dump()));
  }
  ConfigKeys keys(object, source);
  BertConfig config;
  config.vocabulary_size = keys.size("vocab_size");
  config.hidden_size = keys.size("hidden_size");
  config.layers = keys.size("num_hidden_layers", ConfigKeys::max_layers);
  config.heads = keys.size("num_attention_heads");
  config.intermediate_size = keys.size("intermediate_size");
  config.max_positions = keys.size("max_position_embeddings");
  config.token_types = keys.size("type_vocab_size");
  // Defaults of the reference implementation's configuration class.
  config.layer_norm_epsilon = keys.positive("layer_norm_eps", 1e-12);
  config.initializer_range = keys.positive("initializer_range", 0.02);
  keys.must_be("hidden_act", "gelu");
  keys.must_be("position_embedding_type", "absolute");
  keys.must_be("is_decoder", false);
  if (!keys.has_faults() && config.hidden_size % config.heads != 0) {
    keys.fault("num_attention_heads",
               fmt::format("{} does not divide hidden_size {}", config.heads, config.hidden_size));
  }
  keys.throw_faults();
  return config;
}

nlohmann::json read_json_file(const std::filesystem::path& path) {
  const MappedFile file(path);
  const auto* text = reinterpret_cast<const char*>(file.bytes().data());
  try {
    return protocol::parse_strict_json({text, file.bytes().size()});
  } catch (const protocol::JsonFault& fault) {
    throw ConfigError(path.string(), fault.what());
  }
}

nlohmann::json read_config_json(const std::filesystem::path& model_folder) {
  return read_json_file(model_folder / "config.json");
}

}  // namespace winnow::train
