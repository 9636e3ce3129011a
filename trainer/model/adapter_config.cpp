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
// Beyond any use; bounds what is allocated for one matrix.
constexpr std::int64_t max_rank = 1024;

/// Reads keys of the object and remembers what was wrong with them.
class AdapterReader {
 public:
  AdapterReader(json object, std::string source)
      : object_(std::move(object)), source_(std::move(source)) {}

  AdapterConfig read() {
    AdapterConfig config;
    must_be("peft_type", {"LORA"});
    must_be("bias", {"none", nullptr});
    must_be("use_dora", {false, nullptr});
    must_be("rank_pattern", {json::object(), nullptr});
    must_be("alpha_pattern", {json::object(), nullptr});
    must_be("layers_pattern", {nullptr, json::array()});
    if (const json& rank = value("r"); rank.is_number_integer() && rank >= 1 && rank <= max_rank) {
      config.lora.rank = rank.get<std::int64_t>();
    } else {
      fault("r",
            fmt::format("expected a whole number from 1 to {}, found {}", max_rank, rank.dump()));
    }
    if (const json& alpha = value("lora_alpha"); alpha.is_number() && alpha > 0) {
      config.lora.alpha = alpha.get<double>();
    } else {
      fault("lora_alpha", "expected a number above 0, found " + alpha.dump());
    }
    config.lora.rank_stabilized = value("use_rslora") == true;
    config.lora.targets = targets();
    config.trainable_layers = trainable_layers();
    config.base = text("base_model_name_or_path");
    config.task_type = text("task_type");
    if (!faults_.empty()) throw ConfigError(std::move(faults_));
    return config;
  }

 private:
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

json layers_to_transform(const AdapterConfig& config, std::int64_t layers) {
  if (!config.trainable_layers || *config.trainable_layers == layers) return nullptr;
  json numbers = json::array();
  for (std::int64_t i = layers - *config.trainable_layers; i < layers; ++i) numbers.push_back(i);
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

std::string adapter_config_text(const AdapterConfig& config, std::int64_t layers) {
  // The keys of PEFT's LoraConfig that a reader may look for.
  const json object = {{"peft_type", "LORA"},
                       {"task_type", config.task_type},
                       {"base_model_name_or_path", config.base.string()},
                       {"r", config.lora.rank},
                       {"lora_alpha", config.lora.alpha},
                       {"lora_dropout", config.lora.dropout},
                       {"target_modules", names_of(config.lora.targets)},
                       {"bias", "none"},
                       {"fan_in_fan_out", config.fan_in_fan_out},
                       {"use_rslora", config.lora.rank_stabilized},
                       {"use_dora", false},
                       {"modules_to_save", config.modules_to_save},
                       {"rank_pattern", json::object()},
                       {"alpha_pattern", json::object()},
                       {"layers_to_transform", layers_to_transform(config, layers)},
                       {"layers_pattern", nullptr},
                       {"inference_mode", true},
                       {"init_lora_weights", true}};
  return object.dump(2) + "\n";
}

}  // namespace winnow::train
