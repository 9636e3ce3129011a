#include "orchestrator/report/withheld.hpp"

#include <nlohmann/json.hpp>

namespace winnow::run {

std::optional<std::string> withheld_metric(const store::Store& store) {
  const auto spec = nlohmann::json::parse(store.study().spec);
  const auto selection = spec.find("selection");
  if (selection == spec.end() || !selection->contains("holdout_metric")) return std::nullopt;
  return selection->at("holdout_metric").get<std::string>();
}

store::TrialRow shown_trial(const store::Store& store, store::TrialRow row) {
  if (const auto metric = withheld_metric(store)) row.values.erase(*metric);
  return row;
}

std::vector<store::TrialRow> shown_trials(const store::Store& store) {
  std::vector<store::TrialRow> rows = store.trials();
  const auto metric = withheld_metric(store);
  if (!metric) return rows;
  for (store::TrialRow& row : rows) row.values.erase(*metric);
  return rows;
}

}  // namespace winnow::run
