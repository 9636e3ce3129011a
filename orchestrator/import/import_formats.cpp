#include "orchestrator/config/scalar.hpp"
#include "orchestrator/import/imported_study.hpp"
#include "searchers/problem/overloaded.hpp"

namespace winnow::run {

const std::vector<DefinitionFormat>& definition_formats() {
  static const std::vector<DefinitionFormat> formats = {
      {"wandb", "a sweep file of Weights & Biases; exponents become values", read_wandb},
      {"nni", "an experiment file or a search space of NNI", read_nni},
      {"katib", "an Experiment of Katib", read_katib}};
  return formats;
}

const std::vector<ResultsFormat>& results_formats() {
  static const std::vector<ResultsFormat> formats = {
      {"csv", "a table of past trials, a column for each parameter and metric", read_past_csv},
      {"optuna", "past trials in the SQLite file of an Optuna storage", read_past_optuna}};
  return formats;
}

nlohmann::ordered_json json_of(const Node& node) {
  using Json = nlohmann::ordered_json;
  if (node.kind == Node::Kind::sequence) {
    Json list = Json::array();
    for (const Node& item : node.items) list.push_back(json_of(item));
    return list;
  }
  if (node.kind == Node::Kind::mapping) {
    Json object = Json::object();
    for (const Entry& entry : node.entries) object[entry.key] = json_of(entry.value);
    return object;
  }
  if (!node.plain) return node.text;
  return std::visit(Overloaded{[](Null) { return Json(nullptr); },
                               [&](const Unreadable&) { return Json(node.text); },
                               [](const auto& value) { return Json(value); }},
                    meaning_of_plain(node.text));
}

}  // namespace winnow::run
