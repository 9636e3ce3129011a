#include "trainer/config_faults.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "trainer/metrics/metric.hpp"
#include "trainer/model/adaptation_options.hpp"
#include "trainer/protocol/metric_names.hpp"
#include "trainer/protocol/nearest_name.hpp"

namespace winnow::train {
namespace {

using nlohmann::json;

std::vector<Fault> adaptation_faults(const json& settings) {
  std::vector<Fault> faults;
  const AdaptationKind kind =
      parse_adaptation(settings.at("adaptation").get<std::string>(), "adaptation");
  const bool virtual_tokens = kind == AdaptationKind::prefix || kind == AdaptationKind::prompt;
  for (const char* name : {"trainable_layers", "unfreeze_every_epochs"}) {
    if (!virtual_tokens || !settings.contains(name)) continue;
    faults.push_back({name, "does not go with prefix and prompt, which no layer is trained with"});
  }
  if (settings.contains("unfreeze_every_epochs") && settings.at("task") == "causal_lm" &&
      kind != AdaptationKind::full) {
    faults.push_back({"unfreeze_every_epochs",
                      "needs adaptation: full in causal_lm, where nothing is trained above the "
                      "layers otherwise"});
  }
  if (settings.at("initial_weights") == "random" && is_addition(kind)) {
    faults.push_back({"initial_weights",
                      "must be pretrained with lora, adapters, prefix and prompt; what is added "
                      "belongs to a model that others have"});
  }
  if (settings.contains("transferred_layers") &&
      (settings.at("initial_weights") == "random" || kind != AdaptationKind::full)) {
    faults.push_back({"transferred_layers",
                      "needs initial_weights: pretrained and adaptation: full; what begins at "
                      "random has to learn"});
  }
  if (settings.contains("adapter") && !is_addition(kind)) {
    faults.push_back({"adapter",
                      "needs an adaptation that adds something: lora, adapters, prefix "
                      "or prompt"});
  }
  return faults;
}

/// What is asked of a task that does not do it.
std::vector<Fault> task_faults(const json& settings) {
  std::vector<Fault> faults;
  const bool causal = settings.at("task") == "causal_lm";
  if (settings.at("multi_label").get<bool>()) {
    if (settings.at("task") != "text_classification") {
      faults.push_back({"multi_label", "is for text_classification"});
    } else if (settings.at("class_weights") != "none") {
      faults.push_back({"class_weights",
                        "must be none with multi_label, whose classes are judged "
                        "each by itself"});
    }
  }
  if (settings.at("generation_rows") > 0 && !causal) {
    faults.push_back({"generation_rows", "is for causal_lm"});
  } else if (settings.at("generation_rows") > 0 && !settings.contains("completion_column") &&
             !settings.contains("messages_column")) {
    faults.push_back({"generation_rows",
                      "needs prompt_column and completion_column, or messages_column: something "
                      "to continue, and what is expected to follow"});
  }
  if (settings.at("packing").get<bool>() && !causal) {
    faults.push_back({"packing", "is for causal_lm"});
  }
  if (settings.contains("messages_column") && !causal) {
    faults.push_back({"messages_column", "is for causal_lm"});
  } else if (settings.contains("messages_column") && settings.contains("prompt_column")) {
    faults.push_back(
        {"messages_column", "does not go with prompt_column: a row is one or the other"});
  }
  return faults;
}

/// Prompts are written for rows that have a prompt; examples, where something follows it.
std::vector<Fault> prompt_faults(const json& settings) {
  std::vector<Fault> faults;
  const bool causal = settings.at("task") == "causal_lm";
  const bool prompts = settings.contains("prompt_column");
  if (settings.contains("prompt_template") && causal && !prompts) {
    faults.push_back({"prompt_template",
                      "needs prompt_column and completion_column in causal_lm; conversations have "
                      "chat_template"});
  }
  if (settings.at("few_shot_rows") > 0 && !prompts) {
    faults.push_back({"few_shot_rows",
                      "needs prompt_column and completion_column: what is shown is a prompt with "
                      "what follows it"});
  }
  const bool plain = causal && !prompts && !settings.contains("messages_column");
  if (settings.contains("truncation_side") && plain) {
    faults.push_back({"truncation_side",
                      "does not go with plain text of causal_lm, which becomes several rows and of "
                      "which nothing is cut off"});
  }
  return faults;
}

/// Where held-out rows come from, each of them from one place.
std::vector<Fault> division_faults(const json& settings) {
  std::vector<Fault> faults;
  const bool folds = settings.contains("folds");
  const bool share = settings.contains("validation_share");
  if (!folds && !share && !settings.contains("validation_data")) {
    faults.push_back({"validation_data",
                      "is missing; give it, or validation_share or folds, which "
                      "take rows of train_data"});
  }
  if (share && settings.contains("validation_data")) {
    faults.push_back({"validation_share",
                      "does not go with validation_data, which says already what is measured on"});
  }
  if (settings.contains("test_share") && settings.contains("test_data")) {
    faults.push_back({"test_share", "does not go with test_data, which are the test rows"});
  }
  if (settings.value("validation_share", 0.0) + settings.value("test_share", 0.0) >= 1.0) {
    faults.push_back({"test_share", "and validation_share leave nothing to learn from"});
  }
  const bool test = settings.contains("test_data") || settings.contains("test_share");
  if (settings.at("evaluate_test").get<bool>() && !test) {
    faults.push_back({"test_data",
                      "is missing, and test_share too; evaluate_test asks for test_* "
                      "metrics"});
  }
  if (folds != settings.contains("fold")) {
    faults.push_back({"fold", "goes with folds; give both or neither"});
  } else if (folds && settings.at("fold") >= settings.at("folds")) {
    faults.push_back({"fold", fmt::format("is {}; of {} folds the last one is {}",
                                          settings.at("fold").dump(), settings.at("folds").dump(),
                                          settings.at("folds").get<std::int64_t>() - 1)});
  }
  return faults;
}

std::vector<Fault> metric_faults(const json& settings) {
  constexpr const char* place = "early_stopping_metric";
  const auto metric = settings.at(place).get<std::string>();
  std::vector<std::string> known;
  for (const std::string& name :
       protocol::reported_metrics(settings.at("task").get<std::string>())) {
    if (name.starts_with("eval_")) known.push_back(name);
  }
  if (std::find(known.begin(), known.end(), metric) == known.end()) {
    const std::string nearest = protocol::nearest_name(metric, known);
    std::string message = "\"" + metric + "\" is not measured";
    if (!nearest.empty()) message += "; did you mean " + nearest + "?";
    return {{place, message}};
  }
  const Needs needs = metrics().at(metric.substr(std::string("eval_").size())).needs;
  if (needs == Needs::texts && settings.at("generation_rows") == 0) {
    return {{place, "\"" + metric + "\" is measured with generation_rows only"}};
  }
  const bool one_label = needs == Needs::labels || needs == Needs::two_classes;
  if (one_label && settings.at("multi_label").get<bool>()) {
    return {{place, "\"" + metric + "\" is of rows with one label, not of multi_label"}};
  }
  return {};
}

}  // namespace

std::vector<Fault> cross_faults(const json& settings) {
  std::vector<Fault> faults = adaptation_faults(settings);
  for (auto* const of_part : {task_faults, prompt_faults, division_faults, metric_faults}) {
    for (Fault& fault : of_part(settings)) faults.push_back(std::move(fault));
  }
  if (settings.at("schedule") == "one_cycle" && settings.at("warmup_fraction") != 0.0) {
    faults.push_back({"warmup_fraction",
                      "must be 0 with the schedule one_cycle, which rises by "
                      "itself; one_cycle_rise says for how long"});
  }
  if (settings.contains("prompt_column") != settings.contains("completion_column")) {
    faults.push_back({"prompt_column", "goes with completion_column; give both or neither"});
  }
  return faults;
}

}  // namespace winnow::train
