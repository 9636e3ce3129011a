#include "trainer/loop/run_state.hpp"

#include <fmt/format.h>

#include "trainer/errors.hpp"
#include "trainer/protocol/settings.hpp"
#include "trainer/protocol/strict_json.hpp"

namespace winnow::train {
namespace {

using nlohmann::json;

constexpr int format_version = 3;

json evaluation_to_json(const std::optional<EvaluationResult>& result) {
  if (!result) return nullptr;
  return {{"step", result->step}, {"values", result->values}};
}

std::optional<EvaluationResult> parse_evaluation(const json& object) {
  if (object.is_null()) return std::nullopt;
  return EvaluationResult{object.at("step").get<std::int64_t>(),
                          object.at("values").get<std::map<std::string, double>>()};
}

/// The settings that fix what the tensors of a checkpoint mean and what a step number stands for.
constexpr const char* binding_settings[] = {"task",
                                            "pooling",
                                            "trainable_layers",
                                            "adaptation",
                                            "lora_rank",
                                            "lora_alpha",
                                            "rslora",
                                            "lora_targets",
                                            "adapter_size",
                                            "adapter_places",
                                            "virtual_tokens",
                                            "adapter",
                                            "optimizer",
                                            "lbfgs_history",
                                            "ema_decay",
                                            "precision",
                                            "batch_size",
                                            "max_length",
                                            "train_data",
                                            "text_column",
                                            "label_column",
                                            "folds",
                                            "fold",
                                            "train_share",
                                            "prompt_column",
                                            "completion_column",
                                            "initial_weights",
                                            "transferred_layers",
                                            "multi_label",
                                            "messages_column",
                                            "prompt_template",
                                            "instruction",
                                            "few_shot_rows",
                                            "few_shot_choice",
                                            "truncation_side",
                                            "length_bucketing",
                                            "chat_template",
                                            "packing",
                                            "validation_share",
                                            "test_share",
                                            "split_seed",
                                            "drop_repeated_rows"};

json optional_number(const std::optional<double>& value) { return value ? json(*value) : json(); }

std::optional<double> parse_optional_number(const json& value) {
  if (value.is_null()) return std::nullopt;
  return value.get<double>();
}

}  // namespace

json to_json(const RunState& state) {
  return {{"version", format_version},
          {"step", state.step},
          {"train_loss_sum", state.train_loss_sum},
          {"train_loss_steps", state.train_loss_steps},
          {"gradient_norms",
           {{"sum", state.gradient_norms.sum},
            {"largest", state.gradient_norms.largest},
            {"steps", state.gradient_norms.steps}}},
          {"last_evaluation", evaluation_to_json(state.history.last)},
          {"best_evaluation", evaluation_to_json(state.history.best)},
          {"improved_value", optional_number(state.history.improved_value)},
          {"lowest_loss", optional_number(state.history.lowest_loss)},
          {"bad_evaluations_in_a_row", state.history.bad_in_a_row},
          {"plateau",
           {{"factor", state.plateau.factor},
            {"best", optional_number(state.plateau.best)},
            {"without_improvement", state.plateau.without_improvement}}},
          {"settings", state.settings},
          {"labels", state.labels},
          {"model", {{"path", state.model_path}, {"content_hash", state.model_hash}}}};
}

RunState parse_run_state(const std::string& text, const std::string& source) {
  try {
    const json object = protocol::parse_strict_json(text);
    if (const json& found = object.at("version"); found != format_version) {
      throw ConfigError(source,
                        fmt::format("has version {} of the state of a run, and this trainer "
                                    "reads version {}: start the trial from its beginning, "
                                    "or go on with the trainer that wrote it",
                                    found.dump(), format_version));
    }
    RunState state;
    state.step = object.at("step").get<std::int64_t>();
    state.train_loss_sum = object.at("train_loss_sum").get<double>();
    state.train_loss_steps = object.at("train_loss_steps").get<std::int64_t>();
    const json& norms = object.at("gradient_norms");
    state.gradient_norms = {norms.at("sum").get<double>(), norms.at("largest").get<double>(),
                            norms.at("steps").get<std::int64_t>()};
    state.history.last = parse_evaluation(object.at("last_evaluation"));
    state.history.best = parse_evaluation(object.at("best_evaluation"));
    state.history.improved_value = parse_optional_number(object.at("improved_value"));
    state.history.lowest_loss = parse_optional_number(object.at("lowest_loss"));
    state.history.bad_in_a_row = object.at("bad_evaluations_in_a_row").get<std::int64_t>();
    const json& plateau = object.at("plateau");
    state.plateau.factor = plateau.at("factor").get<double>();
    state.plateau.best = parse_optional_number(plateau.at("best"));
    state.plateau.without_improvement = plateau.at("without_improvement").get<std::int64_t>();
    state.settings = object.at("settings");
    state.labels = object.at("labels").get<std::vector<std::string>>();
    state.model_path = object.at("model").at("path").get<std::string>();
    state.model_hash = object.at("model").at("content_hash").get<std::string>();
    return state;
  } catch (const protocol::JsonFault& fault) {
    throw ConfigError(source, fault.what());
  } catch (const json::exception& fault) {
    throw ConfigError(source, std::string("is not a trainer's state: ") + fault.what());
  }
}

std::vector<std::string> obstacles_to_resume(const RunState& saved, const RunState& now) {
  std::vector<std::string> obstacles;
  // A setting that came after the checkpoint had its default then.
  const json before = protocol::with_defaults(saved.settings);
  const json after = protocol::with_defaults(now.settings);
  for (const char* name : binding_settings) {
    const json was = before.value(name, json());
    const json is = after.value(name, json());
    if (was != is) {
      obstacles.push_back(
          fmt::format("was made with {} {}, now it is {}", name, was.dump(), is.dump()));
    }
  }
  // The held-out rows follow from the seed: with another one they are rows that were learned.
  const json seed_was = saved.settings.value("data_seed", json());
  const json seed_is = now.settings.value("data_seed", json());
  if (now.settings.contains("fold") && seed_was != seed_is) {
    obstacles.push_back(
        fmt::format("was made with data_seed {}, now it is {}: another division into folds; give "
                    "data_seed in the settings",
                    seed_was.dump(), seed_is.dump()));
  }
  if (saved.model_hash != now.model_hash) {
    obstacles.push_back("was made from another pretrained model than " + now.model_path);
  }
  if (saved.labels != now.labels) obstacles.push_back("was made for other labels");
  return obstacles;
}

}  // namespace winnow::train
