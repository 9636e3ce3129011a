#include "trainer/config.hpp"

#include <fmt/format.h>

#include <cmath>
#include <vector>

#include "trainer/config_faults.hpp"
#include "trainer/errors.hpp"
#include "trainer/model/adapter_config.hpp"
#include "trainer/protocol/metric_names.hpp"
#include "trainer/protocol/nearest_name.hpp"
#include "trainer/protocol/settings.hpp"
#include "trainer/weights/json_file.hpp"

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

constexpr const char* settings_of_adapters[] = {
    "lora_rank",    "lora_alpha",     "rslora",         "lora_targets",
    "adapter_size", "adapter_places", "virtual_tokens", "trainable_layers"};

/// What an adapter's folder decides must not be decided a second time.
std::vector<Fault> adapter_faults(const json& given) {
  std::vector<Fault> faults;
  if (given.value("adapter", json()).is_null()) return faults;
  for (const char* name : settings_of_adapters) {
    if (given.value(name, json()).is_null()) continue;
    faults.push_back({name, "is said by the adapter's folder; leave it out"});
  }
  return faults;
}

/// Puts what the adapter's folder says into the settings: the run is described by what it used.
void take_adapter_settings(json& settings) {
  if (!settings.contains("adapter")) return;
  const std::filesystem::path folder = settings.at("adapter").get<std::string>();
  const Adaptation adaptation = read_adapter_config(folder).adaptation;
  const auto said = settings.at("adaptation").get<std::string>();
  if (parse_adaptation(said, "adaptation") != adaptation.kind) {
    throw ConfigError("adaptation", fmt::format("is {}, but the folder {} holds another kind; see "
                                                "its adapter_config.json",
                                                said, folder.string()));
  }
  if (adaptation.kind == AdaptationKind::lora) {
    settings["lora_rank"] = adaptation.lora.rank;
    settings["lora_alpha"] = adaptation.lora.alpha;
    settings["rslora"] = adaptation.lora.rank_stabilized;
    settings["lora_targets"] = adaptation.lora.targets;
  }
  settings["adapter_size"] = adaptation.bottleneck.size;
  settings["adapter_places"] = text(adaptation.bottleneck.places);
  settings["virtual_tokens"] = adaptation.virtual_tokens;
  if (adaptation.trainable_layers) settings["trainable_layers"] = *adaptation.trainable_layers;
}

std::optional<std::filesystem::path> optional_path(const json& settings, const char* name) {
  const auto text = optional_setting<std::string>(settings, name);
  return text ? std::optional<std::filesystem::path>(*text) : std::nullopt;
}

EarlyStopping early_stopping_of(const json& settings) {
  EarlyStopping rule;
  rule.rule = parse_stopping_rule(settings.at("early_stopping_rule").get<std::string>(),
                                  "early_stopping_rule");
  rule.rise_percent = settings.at("early_stopping_rise").get<double>();
  rule.metric = settings.at("early_stopping_metric").get<std::string>();
  rule.better = metrics().at(rule.metric.substr(std::string("eval_").size())).better;
  rule.min_delta = settings.at("early_stopping_min_delta").get<double>();
  rule.patience = settings.at("early_stopping_patience").get<std::int64_t>();
  return rule;
}

void read_data_settings(TrainConfig& config) {
  const json& settings = config.settings;
  config.task = settings.at("task").get<std::string>();
  config.model = settings.at("model").get<std::string>();
  config.initial_weights = settings.at("initial_weights") == "random" ? InitialWeights::random
                                                                      : InitialWeights::pretrained;
  config.transferred_layers = optional_setting<std::int64_t>(settings, "transferred_layers");
  config.train_data = settings.at("train_data").get<std::string>();
  config.validation_data = optional_path(settings, "validation_data");
  config.evaluate_test = settings.at("evaluate_test").get<bool>();
  config.test_data = optional_path(settings, "test_data");
  config.text_column = settings.at("text_column").get<std::string>();
  config.label_column = settings.at("label_column").get<std::string>();
  config.prompt_column = optional_setting<std::string>(settings, "prompt_column");
  config.completion_column = optional_setting<std::string>(settings, "completion_column");
  config.messages_column = optional_setting<std::string>(settings, "messages_column");
  config.chat_template =
      parse_chat_template(settings.at("chat_template").get<std::string>(), "chat_template");
  config.max_length = settings.at("max_length").get<std::size_t>();
  if (const auto side = optional_setting<std::string>(settings, "truncation_side")) {
    config.truncation_side = parse_truncation_side(*side, "truncation_side");
  }
  config.length_bucketing = settings.at("length_bucketing").get<std::size_t>();
  config.pooling = settings.at("pooling").get<std::string>();
  config.multi_label = settings.at("multi_label").get<bool>();
  config.packing = settings.at("packing").get<bool>();
  config.generation_rows = settings.at("generation_rows").get<std::size_t>();
  config.generation_tokens = settings.at("generation_tokens").get<std::int64_t>();
  config.class_weights =
      settings.at("class_weights") == "balanced" ? ClassWeights::balanced : ClassWeights::none;
}

void read_prompt_settings(TrainConfig& config) {
  const json& settings = config.settings;
  PromptSettings& prompts = config.prompts;
  if (const auto form = optional_setting<std::string>(settings, "prompt_template")) {
    prompts.form = PromptTemplate::parse(*form, "prompt_template");
  }
  const auto instruction = optional_setting<std::string>(settings, "instruction");
  prompts.instruction = instruction.value_or("");
  if (instruction.has_value() != prompts.form.has_instruction()) {
    throw ConfigError("instruction", instruction ? "has no slot {instruction} in prompt_template"
                                                 : "is missing; prompt_template has a slot for it");
  }
  prompts.examples = settings.at("few_shot_rows").get<std::size_t>();
  prompts.choice =
      parse_few_shot_choice(settings.at("few_shot_choice").get<std::string>(), "few_shot_choice");
  prompts.seed = config.data_seed;
}

void read_division_settings(TrainConfig& config) {
  const json& settings = config.settings;
  config.held_out.validation = settings.value("validation_share", 0.0);
  config.held_out.test = settings.value("test_share", 0.0);
  config.held_out.seed = settings.at("split_seed").get<std::uint64_t>();
  config.drop_repeated_rows = settings.at("drop_repeated_rows").get<bool>();
  config.data_limits.empty = settings.at("max_empty_rows").get<double>();
  config.data_limits.repeated = settings.at("max_repeated_rows").get<double>();
  config.data_limits.conflicting = settings.at("max_conflicting_rows").get<double>();
  config.data_limits.leaked = settings.at("max_leaked_rows").get<double>();
  config.data_limits.cut = settings.at("max_cut_rows").get<double>();
  config.data_limits.rows_of_label = settings.at("min_rows_of_label").get<std::size_t>();
}

void read_optimisation_settings(TrainConfig& config) {
  const json& settings = config.settings;
  config.optimizer = settings.at("optimizer").get<std::string>();
  config.lbfgs_history = settings.at("lbfgs_history").get<std::int64_t>();
  config.momentum = settings.at("momentum").get<double>();
  config.beta1 = settings.at("beta1").get<double>();
  config.beta2 = settings.at("beta2").get<double>();
  config.epsilon = settings.at("epsilon").get<double>();
  config.weight_decay = settings.at("weight_decay").get<double>();
  config.peak_learning_rate = settings.at("learning_rate").get<double>();
  config.schedule = parse_schedule_shape(settings.at("schedule").get<std::string>(), "schedule");
  config.warmup_fraction = settings.at("warmup_fraction").get<double>();
  config.gradient_clip = settings.at("gradient_clip").get<double>();
  config.gradient_clip_value = settings.at("gradient_clip_value").get<double>();
  config.exploding_gradient = settings.at("exploding_gradient").get<double>();
  config.vanishing_gradient = settings.at("vanishing_gradient").get<double>();
  config.ema_decay = settings.at("ema_decay").get<double>();
  config.dropout = settings.at("dropout").get<double>();
  config.label_smoothing = settings.at("label_smoothing").get<double>();
  config.l1_penalty = settings.at("l1_penalty").get<double>();
  config.l2_penalty = settings.at("l2_penalty").get<double>();
  config.batch_size = settings.at("batch_size").get<std::size_t>();
  config.micro_batch_size = optional_setting<std::size_t>(settings, "micro_batch_size");
  config.gradient_checkpointing = settings.at("gradient_checkpointing").get<bool>();
  config.precision = settings.at("precision") == "bf16" ? Precision::bf16 : Precision::fp32;
  config.epochs = settings.at("epochs").get<double>();
  config.max_steps = optional_setting<std::int64_t>(settings, "max_steps");
}

void read_adaptation_settings(TrainConfig& config) {
  const json& settings = config.settings;
  Adaptation& adaptation = config.adaptation;
  adaptation.kind = parse_adaptation(settings.at("adaptation").get<std::string>(), "adaptation");
  adaptation.trainable_layers = optional_setting<std::int64_t>(settings, "trainable_layers");
  adaptation.lora.rank = settings.at("lora_rank").get<std::int64_t>();
  adaptation.lora.alpha = settings.at("lora_alpha").get<double>();
  adaptation.lora.rank_stabilized = settings.at("rslora").get<bool>();
  adaptation.lora.dropout = settings.at("lora_dropout").get<double>();
  adaptation.bottleneck.size = settings.at("adapter_size").get<std::int64_t>();
  adaptation.bottleneck.places =
      parse_places(settings.at("adapter_places").get<std::string>(), "adapter_places");
  adaptation.virtual_tokens = settings.at("virtual_tokens").get<std::int64_t>();
  adaptation.lora.targets = optional_setting<std::string>(settings, "lora_targets").value_or("");
  config.adapter = optional_path(settings, "adapter");
  config.unfreeze_every_epochs = optional_setting<double>(settings, "unfreeze_every_epochs");
  config.layer_rate_decay = settings.at("layer_rate_decay").get<double>();
  config.head_rate_factor = settings.at("head_rate_factor").get<double>();
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
  config.target = optional_setting<double>(settings, "target");
  config.measure_speed = settings.at("measure_speed").get<bool>();
  config.deterministic = settings.at("deterministic").get<bool>();
  config.plateau.better = config.early_stopping.better;
  config.plateau.factor = settings.at("schedule_decay").get<double>();
  config.plateau.patience = settings.at("plateau_patience").get<std::int64_t>();
  config.plateau.threshold = settings.at("plateau_threshold").get<double>();
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
  if (faults.empty()) faults = adapter_faults(object);
  if (!faults.empty()) throw ConfigError(std::move(faults));
  TrainConfig config;
  config.settings = protocol::with_defaults(object);
  faults = cross_faults(config.settings);
  if (!faults.empty()) throw ConfigError(std::move(faults));
  take_adapter_settings(config.settings);
  read_data_settings(config);
  read_division_settings(config);
  read_adaptation_settings(config);
  read_optimisation_settings(config);
  read_run_settings(config, environment);
  read_prompt_settings(config);
  return config;
}

TrainConfig read_config(const std::filesystem::path& file, const Environment& environment) {
  return parse_config(read_json_file(file), environment);
}

Division division_of(const TrainConfig& config) {
  Division division;
  division.held_out = config.held_out;
  if (config.settings.contains("fold")) {
    division.held_out.validation = 0.0;  // the fold is measured on, as it is in place of a file
    division.fold = Fold{config.settings.at("fold").get<std::int64_t>(),
                         config.settings.at("folds").get<std::int64_t>()};
  }
  division.train_share = config.settings.at("train_share").get<double>();
  division.seed = config.data_seed;
  division.drop_repeated = config.drop_repeated_rows;
  if (config.task == "causal_lm") division.strata = Strata::none;  // completions are no classes
  return division;
}

void require_positions(const TrainConfig& config, std::int64_t positions) {
  const std::int64_t in_front = places_in_front(config.adaptation);
  const auto length = static_cast<std::int64_t>(config.max_length);
  if (in_front == 0 || in_front + length <= positions) return;
  throw ConfigError("max_length",
                    fmt::format("is {}; with {} virtual tokens in front of a row the model's {} "
                                "positions hold {} tokens of its own",
                                config.max_length, in_front, positions,
                                std::max<std::int64_t>(positions - in_front, 0)));
}

std::int64_t pretrained_layers(const TrainConfig& config, std::int64_t layers) {
  const std::int64_t kept = config.transferred_layers.value_or(layers);
  if (kept > layers) {
    throw ConfigError("transferred_layers",
                      fmt::format("is {}, but the model has {} layers", kept, layers));
  }
  const std::int64_t trained = config.adaptation.trainable_layers.value_or(layers);
  if (layers - kept > trained) {
    throw ConfigError("trainable_layers",
                      fmt::format("is {}, but {} of {} layers begin at random with "
                                  "transferred_layers: {}, and have to learn",
                                  trained, layers - kept, layers, kept));
  }
  return kept;
}

Schedule schedule_of(const TrainConfig& config, std::size_t batches_per_epoch) {
  const auto epoch = static_cast<std::int64_t>(batches_per_epoch);
  const double steps = std::ceil(config.epochs * static_cast<double>(epoch));
  Schedule schedule;
  schedule.shape = config.schedule;
  schedule.peak = config.peak_learning_rate;
  schedule.total_steps = config.max_steps.value_or(static_cast<std::int64_t>(steps));
  schedule.warmup_steps = static_cast<std::int64_t>(
      std::ceil(config.warmup_fraction * static_cast<double>(schedule.total_steps)));
  const json& settings = config.settings;
  schedule.power = settings.at("schedule_power").get<double>();
  schedule.decay = settings.at("schedule_decay").get<double>();
  const auto every = settings.at("schedule_every_steps").get<std::int64_t>();
  schedule.every_steps = every > 0 ? every : epoch;
  schedule.rise = settings.at("one_cycle_rise").get<double>();
  return schedule;
}

}  // namespace winnow::train
