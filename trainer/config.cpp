#include "trainer/config.hpp"

#include <cmath>
#include <vector>

#include "trainer/errors.hpp"
#include "trainer/protocol/nearest_name.hpp"
#include "trainer/protocol/settings.hpp"
#include "trainer/protocol/strict_json.hpp"
#include "trainer/weights/mapped_file.hpp"

namespace winnow::train {
namespace {

using nlohmann::json;

/// The setting's value, or nothing when it was left out.
template <typename T>
std::optional<T> optional_setting(const json& settings, const char* name) {
  const auto found = settings.find(name);
  if (found == settings.end() || found->is_null()) return std::nullopt;
  return found->get<T>();
}

std::optional<std::filesystem::path> optional_path(const json& settings, const char* name) {
  const auto text = optional_setting<std::string>(settings, name);
  return text ? std::optional<std::filesystem::path>(*text) : std::nullopt;
}

/// Faults that concern more than one setting or what this build can do.
std::vector<Fault> cross_faults(const json& settings) {
  std::vector<Fault> faults;
  if (settings.at("evaluate_test").get<bool>() && !settings.contains("test_data")) {
    faults.push_back({"test_data", "is missing; evaluate_test asks for test_* metrics"});
  }
  const auto metric = settings.at("early_stopping_metric").get<std::string>();
  std::vector<std::string> known;
  for (const auto& [name, registered] : metrics()) known.push_back("eval_" + name);
  if (std::find(known.begin(), known.end(), metric) == known.end()) {
    const std::string nearest = protocol::nearest_name(metric, known);
    std::string message = "\"" + metric + "\" is not measured";
    if (!nearest.empty()) message += "; did you mean " + nearest + "?";
    faults.push_back({"early_stopping_metric", message});
  }
  return faults;
}

EarlyStopping early_stopping_of(const json& settings) {
  EarlyStopping rule;
  rule.metric = settings.at("early_stopping_metric").get<std::string>();
  rule.better = metrics().at(rule.metric.substr(std::string("eval_").size())).better;
  rule.min_delta = settings.at("early_stopping_min_delta").get<double>();
  rule.patience = settings.at("early_stopping_patience").get<std::int64_t>();
  return rule;
}

void read_data_settings(TrainConfig& config) {
  const json& settings = config.settings;
  config.model = settings.at("model").get<std::string>();
  config.train_data = settings.at("train_data").get<std::string>();
  config.validation_data = settings.at("validation_data").get<std::string>();
  config.evaluate_test = settings.at("evaluate_test").get<bool>();
  if (config.evaluate_test) config.test_data = optional_path(settings, "test_data");
  config.text_column = settings.at("text_column").get<std::string>();
  config.label_column = settings.at("label_column").get<std::string>();
  config.max_length = settings.at("max_length").get<std::size_t>();
  config.pooling = settings.at("pooling").get<std::string>();
  config.class_weights =
      settings.at("class_weights") == "balanced" ? ClassWeights::balanced : ClassWeights::none;
}

void read_optimisation_settings(TrainConfig& config) {
  const json& settings = config.settings;
  config.optimizer = settings.at("optimizer").get<std::string>();
  config.momentum = settings.at("momentum").get<double>();
  config.beta1 = settings.at("beta1").get<double>();
  config.beta2 = settings.at("beta2").get<double>();
  config.epsilon = settings.at("epsilon").get<double>();
  config.weight_decay = settings.at("weight_decay").get<double>();
  config.peak_learning_rate = settings.at("learning_rate").get<double>();
  config.schedule = parse_schedule_shape(settings.at("schedule").get<std::string>(), "schedule");
  config.warmup_fraction = settings.at("warmup_fraction").get<double>();
  config.gradient_clip = settings.at("gradient_clip").get<double>();
  config.dropout = settings.at("dropout").get<double>();
  config.trainable_layers = optional_setting<std::int64_t>(settings, "trainable_layers");
  config.batch_size = settings.at("batch_size").get<std::size_t>();
  config.epochs = settings.at("epochs").get<double>();
  config.max_steps = optional_setting<std::int64_t>(settings, "max_steps");
}

void read_run_settings(TrainConfig& config, const Environment& environment) {
  const json& settings = config.settings;
  config.seed =
      optional_setting<std::uint64_t>(settings, "seed").value_or(environment.seed.value_or(0));
  config.data_seed = optional_setting<std::uint64_t>(settings, "data_seed")
                         .value_or(environment.data_seed.value_or(config.seed));
  config.settings["seed"] = config.seed;  // the run is described by what it used
  config.settings["data_seed"] = config.data_seed;
  config.eval_every_steps = settings.at("eval_every_steps").get<std::int64_t>();
  config.early_stopping = early_stopping_of(settings);
  config.checkpoint_every_steps = settings.at("checkpoint_every_steps").get<std::int64_t>();
  config.keep_checkpoints = settings.at("keep_checkpoints").get<std::size_t>();
  config.restore_best = settings.at("restore_best").get<bool>();
  config.threads = settings.at("threads").get<int>();
  config.cache_dir = optional_path(settings, "cache_dir");
}

}  // namespace

TrainConfig parse_config(const json& object, const Environment& environment) {
  if (!object.is_object()) throw ConfigError("settings", "expected a JSON object of settings");
  std::vector<Fault> faults;
  for (const protocol::SettingFault& fault : protocol::check_settings(object)) {
    faults.push_back({fault.name, fault.message});
  }
  if (!faults.empty()) throw ConfigError(std::move(faults));
  TrainConfig config;
  config.settings = protocol::with_defaults(object);
  faults = cross_faults(config.settings);
  if (!faults.empty()) throw ConfigError(std::move(faults));
  read_data_settings(config);
  read_optimisation_settings(config);
  read_run_settings(config, environment);
  return config;
}

TrainConfig read_config(const std::filesystem::path& file, const Environment& environment) {
  const MappedFile mapped(file);
  const auto* text = reinterpret_cast<const char*>(mapped.bytes().data());
  json object;
  try {
    object = protocol::parse_strict_json({text, mapped.bytes().size()});
  } catch (const protocol::JsonFault& fault) {
    throw ConfigError(file.string(), fault.what());
  }
  return parse_config(object, environment);
}

std::int64_t total_steps(const TrainConfig& config, std::size_t batches_per_epoch) {
  if (config.max_steps) return *config.max_steps;
  const double steps = std::ceil(config.epochs * static_cast<double>(batches_per_epoch));
  return static_cast<std::int64_t>(steps);
}

Schedule schedule_of(const TrainConfig& config, std::int64_t total_steps) {
  const double warmup = std::ceil(config.warmup_fraction * static_cast<double>(total_steps));
  return {config.schedule, config.peak_learning_rate, static_cast<std::int64_t>(warmup),
          total_steps};
}

}  // namespace winnow::train
