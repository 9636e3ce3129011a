#include "orchestrator/decision/finalists.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "searchers/numerics/rng.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::run {
namespace {

std::optional<double> finite_value(const store::TrialRow& row, const std::string& metric) {
  const auto found = row.values.find(metric);
  if (row.state != TrialState::completed || found == row.values.end()) return std::nullopt;
  return std::isfinite(found->second) ? std::optional(found->second) : std::nullopt;
}

/// The best search trial of each distinct point, best first.
std::vector<Arm> ranked_points(const Objective& objective,
                               const std::vector<store::TrialRow>& trials) {
  std::vector<Arm> ranked;
  for (const store::TrialRow& row : trials) {
    const std::optional<double> value = finite_value(row, objective.metric);
    if (row.trial.role != store::Role::search || !value) continue;
    const Suggestion& suggestion = row.trial.suggestion;
    ranked.push_back({suggestion.point, false, suggestion.number, value});
  }
  std::ranges::stable_sort(ranked, [&](const Arm& a, const Arm& b) {
    return to_loss(objective, *a.search_value) < to_loss(objective, *b.search_value);
  });
  std::vector<Arm> distinct;
  std::map<std::string, bool> seen;
  for (Arm& arm : ranked) {
    if (seen.emplace(canonical_text(arm.point), true).second) distinct.push_back(std::move(arm));
  }
  return distinct;
}

std::vector<Arm> choose_arms(const StudySpec& study, const std::vector<store::TrialRow>& trials) {
  const SelectionSpec& selection = *study.selection;
  std::vector<Arm> arms;
  std::vector<Arm> ranked = ranked_points(study.objectives.front(), trials);
  if (selection.baseline) {
    Arm baseline{*selection.baseline, true, std::nullopt, std::nullopt};
    const auto own = std::ranges::find(ranked, baseline.point, &Arm::point);
    if (own != ranked.end()) {
      baseline.search_trial = own->search_trial;
      baseline.search_value = own->search_value;
      ranked.erase(own);
    }
    arms.push_back(std::move(baseline));
  }
  const std::size_t count = std::min(ranked.size(), static_cast<std::size_t>(selection.finalists));
  std::move(ranked.begin(), ranked.begin() + static_cast<std::ptrdiff_t>(count),
            std::back_inserter(arms));
  return arms;
}

void add_fresh(const SelectionSpec& selection, const store::TrialRow& row, Finalists& finalists) {
  const auto arm = std::ranges::find(finalists.arms, row.trial.suggestion.point, &Arm::point);
  expect(arm != finalists.arms.end(), "a fresh trial is one of a finalist or of the baseline");
  const auto a = static_cast<std::size_t>(arm - finalists.arms.begin());
  const auto r = static_cast<std::size_t>(row.trial.replicate - 1);
  expect(r < finalists.fresh[a].size(), "fresh trials have the replicates 1 to `seeds`");
  finalists.trials[a][r] = row.trial.suggestion.number;
  FreshTrial& fresh = finalists.fresh[a][r];
  fresh.has_ended = is_ended(row.state);
  const std::optional<double> value = finite_value(row, selection.objective.metric);
  if (!value) return;
  fresh.loss = to_loss(selection.objective, *value);
  if (selection.cost_metric) {
    const std::optional<double> cost = finite_value(row, *selection.cost_metric);
    if (cost) finalists.costs[a].push_back(*cost);
  }
  if (!selection.holdout_metric) return;
  const std::optional<double> holdout = finite_value(row, *selection.holdout_metric);
  if (holdout) finalists.holdout_values[a].push_back(*holdout);
}

}  // namespace

Finalists gather_finalists(const StudySpec& study, const std::vector<store::TrialRow>& trials) {
  const SelectionSpec& selection = *study.selection;
  Finalists finalists;
  finalists.arms = choose_arms(study, trials);
  const std::size_t arms = finalists.arms.size(), seeds = static_cast<std::size_t>(selection.seeds);
  finalists.fresh.assign(arms, std::vector<FreshTrial>(seeds));
  finalists.trials.assign(arms, std::vector<std::optional<TrialNumber>>(seeds));
  finalists.costs.resize(arms);
  finalists.holdout_values.resize(arms);
  for (const store::TrialRow& row : trials) {
    if (row.trial.role != store::Role::search) add_fresh(selection, row, finalists);
  }
  return finalists;
}

RaceRules race_rules(const SelectionSpec& selection, const Finalists& finalists) {
  RaceRules rules{selection.seeds, selection.looks, selection.alpha, std::nullopt};
  if (!finalists.arms.empty() && finalists.arms.front().is_baseline) rules.baseline = 0;
  return rules;
}

store::NewTrial fresh_trial(const StudySpec& study, const Finalists& finalists, FreshKey key,
                            TrialNumber number) {
  const Arm& arm = finalists.arms[static_cast<std::size_t>(key.arm)];
  store::NewTrial trial;
  trial.suggestion.number = number;
  trial.suggestion.point = arm.point;
  trial.role = arm.is_baseline ? store::Role::baseline : store::Role::replicate;
  trial.replicate = key.replicate + 1;
  trial.seed = search::derive_seed(study.seed, trial.replicate, "fresh trial");
  trial.data_seed = search::derive_seed(study.seed, trial.replicate, "fresh data");
  return trial;
}

}  // namespace winnow::run
