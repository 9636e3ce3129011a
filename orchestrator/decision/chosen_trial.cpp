#include "orchestrator/decision/chosen_trial.hpp"

#include <nlohmann/json.hpp>

#include "orchestrator/decision/pareto_front.hpp"

namespace winnow::run {

std::optional<store::DecisionRow> newest_decision(const store::Store& store) {
  std::optional<store::DecisionRow> newest;
  for (store::DecisionRow& row : store.decisions()) {
    if (row.kind == "chosen") newest = std::move(row);
  }
  return newest;
}

std::optional<store::TrialRow> chosen_trial(const store::Store& store) {
  std::optional<TrialNumber> decided;
  bool is_none_allowed = false;
  for (const store::DecisionRow& row : store.decisions()) {
    if (row.kind != "chosen") continue;
    if (row.trial) decided = row.trial;
    is_none_allowed = !row.trial && nlohmann::json::parse(row.record).contains("constraints");
  }
  if (is_none_allowed) return std::nullopt;
  if (decided) return store.trial(*decided);
  const std::vector<Objective> objectives = store.study().objectives;
  if (objectives.size() > 1) {
    std::optional<store::TrialRow> compromise = compromise_trial(store);
    return compromise ? compromise : knee_trial(store);
  }
  const std::vector<store::TrialRow> best = store.best(objectives.front(), 1);
  return best.empty() ? std::nullopt : std::optional(best.front());
}

}  // namespace winnow::run
