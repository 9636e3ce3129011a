#include "trainer/model/bert_config.hpp"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "trainer/errors.hpp"
#include "trainer/protocol/strict_json.hpp"
#include "trainer/weights/mapped_file.hpp"

namespace winnow::train {
namespace {

// Far beyond any published encoder; keeps products of two sizes inside 64 bits.
constexpr std::int64_t max_size = 1 << 24;
// Ten times the deepest published transformer. Every layer costs memory before its weights are
// looked for.
constexpr std::int64_t max_layers = 1000;

/// Reads keys of one object and remembers what was wrong with them.
class KeyReader {
 public:
  KeyReader(const nlohmann::json& object, std::string source)
      : object_(object), source_(std::move(source)) {}

  std::int64_t size(const char* key, std::int64_t largest = max_size) {
    const auto found = object_.find(key);
    if (found != object_.end() && found->is_number_integer()) {
      const auto value = found->get<std::int64_t>();
      if (value >= 1 && value <= largest) return value;
    }
    fault(key, fmt::format("expected an integer from 1 to {}, found {}", largest, shown(key)));
    return 1;
  }

  double positive(const char* key, double default_value) {
    const auto found = object_.find(key);
    if (found == object_.end()) return default_value;
    if (found->is_number() && found->get<double>() > 0.0) return found->get<double>();
    fault(key, "expected a number above 0, found " + shown(key));
    return default_value;
  }

  /// The key must have this value; without the key, BERT's default is just that.
  void must_be(const char* key, const nlohmann::json& expected) {
    const auto found = object_.find(key);
    if (found == object_.end() || *found == expected) return;
    fault(key, fmt::format("is {}; only {} is computed by this trainer", found->dump(),
                           expected.dump()));
  }

  void fault(const char* key, const std::string& message) {
    faults_.push_back({source_ + ": " + key, message});
  }

  bool has_faults() const { return !faults_.empty(); }

  void throw_faults() {
    if (!faults_.empty()) throw ConfigError(std::move(faults_));
  }

 private:
  std::string shown(const char* key) const {
    const auto found = object_.find(key);
    return found == object_.end() ? "nothing" : found->dump();
  }

  const nlohmann::json& object_;
  std::string source_;
  std::vector<Fault> faults_;
};

}  // namespace

BertConfig parse_bert_config(const nlohmann::json& object, const std::string& source) {
  if (!object.is_object()) throw ConfigError(source, "expected a JSON object");
  if (object.value("model_type", nlohmann::json()) != "bert") {
    throw ConfigError(source + ": model_type",
                      fmt::format("is {}; this trainer computes \"bert\" only",
                                  object.value("model_type", nlohmann::json()).dump()));
  }
  KeyReader keys(object, source);
  BertConfig config;
  config.vocabulary_size = keys.size("vocab_size");
  config.hidden_size = keys.size("hidden_size");
  config.layers = keys.size("num_hidden_layers", max_layers);
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

nlohmann::json read_config_json(const std::filesystem::path& model_folder) {
  const std::filesystem::path path = model_folder / "config.json";
  const MappedFile file(path);
  const auto* text = reinterpret_cast<const char*>(file.bytes().data());
  try {
    return protocol::parse_strict_json({text, file.bytes().size()});
  } catch (const protocol::JsonFault& fault) {
    throw ConfigError(path.string(), fault.what());
  }
}

}  // namespace winnow::train
