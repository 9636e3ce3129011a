#include "trainer/loop/run_state.hpp"

#include <fmt/format.h>

#include "trainer/errors.hpp"
#include "trainer/protocol/strict_json.hpp"

namespace winnow::train {
namespace {

using nlohmann::json;

constexpr int format_version = 1;

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
constexpr const char* binding_settings[] = {"task",       "pooling",     "trainable_layers",
                                            "optimizer",  "batch_size",  "max_length",
                                            "train_data", "text_column", "label_column"};

}  // namespace

json to_json(const RunState& state) {
  return {{"version", format_version},
          {"step", state.step},
          {"train_loss_sum", state.train_loss_sum},
          {"train_loss_steps", state.train_loss_steps},
          {"last_evaluation", evaluation_to_json(state.history.last)},
          {"best_evaluation", evaluation_to_json(state.history.best)},
          {"improved_value",
           state.history.improved_value ? json(*state.history.improved_value) : json()},
          {"evaluations_without_improvement", state.history.without_improvement},
          {"settings", state.settings},
          {"labels", state.labels},
          {"model", {{"path", state.model_path}, {"content_hash", state.model_hash}}}};
}

RunState parse_run_state(const std::string& text, const std::string& source) {
  try {
    const json object = protocol::parse_strict_json(text);
    if (object.at("version") != format_version) {
      throw ConfigError(source, "was written by another version of the trainer");
    }
    RunState state;
    state.step = object.at("step").get<std::int64_t>();
    state.train_loss_sum = object.at("train_loss_sum").get<double>();
    state.train_loss_steps = object.at("train_loss_steps").get<std::int64_t>();
    state.history.last = parse_evaluation(object.at("last_evaluation"));
    state.history.best = parse_evaluation(object.at("best_evaluation"));
    if (const json& value = object.at("improved_value"); !value.is_null()) {
      state.history.improved_value = value.get<double>();
    }
    state.history.without_improvement =
        object.at("evaluations_without_improvement").get<std::int64_t>();
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
  for (const char* name : binding_settings) {
    const json was = saved.settings.value(name, json());
    const json is = now.settings.value(name, json());
    if (was != is) {
      obstacles.push_back(
          fmt::format("was made with {} {}, now it is {}", name, was.dump(), is.dump()));
    }
  }
  if (saved.model_hash != now.model_hash) {
    obstacles.push_back("was made from another pretrained model than " + now.model_path);
  }
  if (saved.labels != now.labels) obstacles.push_back("was made for other labels");
  return obstacles;
}

}  // namespace winnow::train
