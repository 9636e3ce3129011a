#include "trainer/model/adapter_config.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "trainer/errors.hpp"
#include "trainer/weights/json_file.hpp"

namespace winnow::train {
namespace {

using nlohmann::json;

constexpr const char* file_name = "adapter_config.json";
constexpr const char* bottleneck_type = "WINNOW_BOTTLENECK";
// Beyond any use; they bound what is allocated for one matrix. As the settings.
constexpr std::int64_t max_rank = 1024;
constexpr std::int64_t max_bottleneck = 4096;

/// Reads keys of the object and remembers what was wrong with them.
class AdapterReader {
 public:
  AdapterReader(json object, std::string source)
      : object_(std::move(object)), source_(std::move(source)) {}

  AdapterConfig read() {
    AdapterConfig config;
    config.adaptation.kind = kind();
    switch (config.adaptation.kind) {
      case AdaptationKind::lora:
        read_lora(config.adaptation.lora);
        config.adaptation.trainable_layers = trainable_layers();
        break;
      case AdaptationKind::adapters:
        read_bottleneck(config.adaptation.bottleneck);
        config.adaptation.trainable_layers = trainable_layers();
        break;
      default:
        config.adaptation.virtual_tokens = whole("num_virtual_tokens", max_rank);
    }
    config.base = text("base_model_name_or_path");
    config.task_type = text("task_type");
    if (!faults_.empty()) throw ConfigError(std::move(faults_));
    return config;
  }

 private:
  /// P_TUNING folders hold what its network made of its input, which is a prompt.
  AdaptationKind kind() {
    const json& type = value("peft_type");
    if (type == "LORA") return AdaptationKind::lora;
    if (type == "PREFIX_TUNING") return AdaptationKind::prefix;
    if (type == "PROMPT_TUNING" || type == "P_TUNING") return AdaptationKind::prompt;
    if (type == bottleneck_type) return AdaptationKind::adapters;
    throw ConfigError(source_ + ": peft_type",
                      fmt::format("is {}; LORA, PREFIX_TUNING, PROMPT_TUNING, P_TUNING and {} are "
                                  "computed by this trainer",
                                  type.dump(), bottleneck_type));
  }

  void read_lora(LoraOptions& lora) {
    must_be("bias", {"none", nullptr});
    must_be("use_dora", {false, nullptr});
    must_be("rank_pattern", {json::object(), nullptr});
    must_be("alpha_pattern", {json::object(), nullptr});
    must_be("layers_pattern", {nullptr, json::array()});
    lora.rank = whole("r", max_rank);
    if (const json& alpha = value("lora_alpha"); alpha.is_number() && alpha > 0) {
      lora.alpha = alpha.get<double>();
    } else {
      fault("lora_alpha", "expected a number above 0, found " + alpha.dump());
    }
    lora.rank_stabilized = value("use_rslora") == true;
    lora.targets = targets();
  }

  void read_bottleneck(BottleneckOptions& bottleneck) {
    must_be("non_linearity", {"gelu"});
    bottleneck.size = whole("bottleneck_size", max_bottleneck);
    if (value("places") == "both" || value("places") == "mlp") {
      bottleneck.places = parse_places(text("places"), source_);
    } else {
      fault("places", "expected both or mlp, found " + value("places").dump());
    }
  }

  std::int64_t whole(const char* key, std::int64_t most) {
    const json& number = value(key);
    if (number.is_number_integer() && number >= 1 && number <= most) {
      return number.get<std::int64_t>();
    }
    fault(key, fmt::format("expected a whole number from 1 to {}, found {}", most, number.dump()));
    return 1;
  }

  const json& value(const char* key) const {
    static const json nothing;
    const auto found = object_.find(key);
    return found == object_.end() ? nothing : *found;
  }

  std::string text(const char* key) const {
    return value(key).is_string() ? value(key).get<std::string>() : std::string();
  }

  void must_be(const char* key, const std::vector<json>& supported) {
    if (std::find(supported.begin(), supported.end(), value(key)) != supported.end()) return;
    fault(key, fmt::format("is {}; only {} is computed by this trainer", value(key).dump(),
                           supported.front().dump()));
  }

  std::string targets() {
    const json& modules = value("target_modules");
    if (modules == "all-linear") return "all-linear";
    std::vector<std::string> names;
    for (const json& module : modules.is_array() ? modules : json::array()) {
      if (module.is_string()) names.push_back(module.get<std::string>());
    }
    if (names.empty() || names.size() != modules.size()) {
      fault("target_modules", "expected a list of names, found " + modules.dump());
    }
    return fmt::format("{}", fmt::join(names, ","));
  }

  /// PEFT names each layer; here it must be the top ones, whose number is then the answer.
  std::optional<std::int64_t> trainable_layers() {
    const json& layers = value("layers_to_transform");
    if (layers.is_null()) return std::nullopt;
    if (layers.is_array() && std::all_of(layers.begin(), layers.end(), [](const json& layer) {
          return layer.is_number_unsigned();
        })) {
      return static_cast<std::int64_t>(layers.size());
    }
    fault("layers_to_transform", "expected a list of layer numbers, found " + layers.dump());
    return std::nullopt;
  }

  void fault(const char* key, const std::string& message) {
    faults_.push_back({source_ + ": " + key, message});
  }

  json object_;
  std::string source_;
  std::vector<Fault> faults_;
};

json layers_to_transform(const Adaptation& adaptation, std::int64_t layers) {
  if (!adaptation.trainable_layers || *adaptation.trainable_layers == layers) return nullptr;
  json numbers = json::array();
  for (std::int64_t i = layers - *adaptation.trainable_layers; i < layers; ++i) {
    numbers.push_back(i);
  }
  return numbers;
}

json names_of(const std::string& targets) {
  json names = json::array();
  for (std::size_t begin = 0; begin < targets.size();) {
    const std::size_t end = std::min(targets.find(',', begin), targets.size());
    names.push_back(targets.substr(begin, end - begin));
    begin = end + 1;
  }
  return names;
}

/// The keys of PEFT's LoraConfig that a reader may look for.
json lora_keys(const AdapterConfig& config, const AdaptedShape& shape) {
  const LoraOptions& lora = config.adaptation.lora;
  return {{"peft_type", "LORA"},
          {"r", lora.rank},
          {"lora_alpha", lora.alpha},
          {"lora_dropout", lora.dropout},
          {"target_modules", names_of(lora.targets)},
          {"bias", "none"},
          {"fan_in_fan_out", config.fan_in_fan_out},
          {"use_rslora", lora.rank_stabilized},
          {"use_dora", false},
          {"rank_pattern", json::object()},
          {"alpha_pattern", json::object()},
          {"layers_to_transform", layers_to_transform(config.adaptation, shape.layers)},
          {"layers_pattern", nullptr},
          {"init_lora_weights", true}};
}

json bottleneck_keys(const AdapterConfig& config, const AdaptedShape& shape) {
  const BottleneckOptions& bottleneck = config.adaptation.bottleneck;
  return {{"peft_type", bottleneck_type},
          {"bottleneck_size", bottleneck.size},
          {"places", train::text(bottleneck.places)},
          {"non_linearity", "gelu"},
          {"layers_to_transform", layers_to_transform(config.adaptation, shape.layers)}};
}

/// Those of PrefixTuningConfig or PromptTuningConfig.
json virtual_token_keys(const AdapterConfig& config, const AdaptedShape& shape) {
  json keys = {{"num_virtual_tokens", config.adaptation.virtual_tokens},
               {"num_transformer_submodules", 1},
               {"num_layers", shape.layers},
               {"num_attention_heads", shape.heads},
               {"token_dim", shape.token_size}};
  if (config.adaptation.kind == AdaptationKind::prefix) {
    keys["peft_type"] = "PREFIX_TUNING";
    keys["prefix_projection"] = false;
    keys["encoder_hidden_size"] = shape.token_size;
  } else {
    keys["peft_type"] = "PROMPT_TUNING";
    keys["prompt_tuning_init"] = "RANDOM";  // of no effect where embeddings are loaded
    keys["prompt_tuning_init_text"] = nullptr;
    keys["tokenizer_name_or_path"] = nullptr;
  }
  return keys;
}

json keys_of_kind(const AdapterConfig& config, const AdaptedShape& shape) {
  if (config.adaptation.kind == AdaptationKind::lora) return lora_keys(config, shape);
  if (config.adaptation.kind == AdaptationKind::adapters) return bottleneck_keys(config, shape);
  return virtual_token_keys(config, shape);
}

}  // namespace

bool is_adapter_folder(const std::filesystem::path& folder) {
  std::error_code failure;
  return std::filesystem::is_regular_file(folder / file_name, failure);
}

AdapterConfig read_adapter_config(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / file_name;
  json object = read_json_file(path);
  if (!object.is_object()) throw ConfigError(path.string(), "expected a JSON object");
  return AdapterReader(std::move(object), path.string()).read();
}

std::string adapter_config_text(const AdapterConfig& config, const AdaptedShape& shape) {
  json object = keys_of_kind(config, shape);
  object["task_type"] = config.task_type;
  object["base_model_name_or_path"] = config.base.string();
  object["modules_to_save"] = config.modules_to_save;
  object["inference_mode"] = true;
  return object.dump(2) + "\n";
}

}  // namespace winnow::train
