#include "orchestrator/decision/finalists.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "orchestrator/decision/front_arms.hpp"
#include "searchers/numerics/rng.hpp"
#include "searchers/problem/error.hpp"
#include "searchers/stats/sample.hpp"

namespace winnow::run {
namespace {

/// Nothing as well for a number that no test can use.
std::optional<double> usable_value(const store::TrialRow& row, const std::string& metric) {
  const auto found = row.values.find(metric);
  if (row.state != TrialState::completed || found == row.values.end()) return std::nullopt;
  const std::array value = {found->second};
  return stats::fault_of(value, 1, "values") ? std::nullopt : std::optional(found->second);
}

/// The best search trial of each distinct point, best first.
std::vector<Arm> ranked_points(const Objective& objective,
                               const std::vector<store::TrialRow>& trials) {
  std::vector<Arm> ranked;
  for (const store::TrialRow& row : trials) {
    const std::optional<double> value = usable_value(row, objective.metric);
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

ChosenArms choose_arms(const StudySpec& study, const std::vector<store::TrialRow>& trials) {
  if (study.objectives.size() > 1) return front_arms(study, trials);
  const SelectionSpec& selection = *study.selection;
  ChosenArms chosen;
  std::vector<Arm> ranked = ranked_points(study.objectives.front(), trials);
  if (selection.baseline) {
    Arm baseline{*selection.baseline, true, std::nullopt, std::nullopt};
    const auto own = std::ranges::find(ranked, baseline.point, &Arm::point);
    if (own != ranked.end()) {
      baseline.search_trial = own->search_trial;
      baseline.search_value = own->search_value;
      ranked.erase(own);
    }
    chosen.arms.push_back(std::move(baseline));
  }
  const std::size_t most = chosen.arms.size() + static_cast<std::size_t>(selection.finalists);
  for (Arm& arm : ranked) {
    if (chosen.arms.size() == most) break;
    const auto filtered = filtered_by(selection.constraints, row_of(trials, *arm.search_trial));
    if (filtered) {
      chosen.filtered.push_back(*filtered);
    } else {
      chosen.arms.push_back(std::move(arm));
    }
  }
  return chosen;
}

void add_fresh(const SelectionSpec& selection, const store::TrialRow& row, Finalists& finalists) {
  const auto arm = std::ranges::find(finalists.arms, row.trial.suggestion.point, &Arm::point);
  expect(arm != finalists.arms.end(), "a fresh trial is one of a finalist or of the baseline");
  const auto a = static_cast<std::size_t>(arm - finalists.arms.begin());
  const auto r = static_cast<std::size_t>(row.trial.replicate - 1);
  expect(r < finalists.trials[a].size(), "fresh trials have the replicates 1 to `seeds`");
  const auto fold = static_cast<std::size_t>(row.trial.fold.value_or(0));
  expect(fold < finalists.trials[a][r].size(), "fresh trials have the folds 0 to `folds` − 1");
  finalists.trials[a][r][fold] = row.trial.suggestion.number;
  if (!usable_value(row, selection.objective.metric)) return;
  if (selection.cost_metric) {
    const std::optional<double> cost = usable_value(row, *selection.cost_metric);
    if (cost) finalists.costs[a].push_back(*cost);
  }
  if (!selection.holdout_metric) return;
  const std::optional<double> holdout = usable_value(row, *selection.holdout_metric);
  if (holdout) finalists.holdout_values[a].push_back(*holdout);
}

/// All that the decision reads: every one of several objectives, and the bounded metrics.
bool is_complete(const StudySpec& study, const store::TrialRow& row) {
  const auto has = [&](const auto& named) { return usable_value(row, named.metric).has_value(); };
  const bool has_objectives =
      study.objectives.size() == 1 || std::ranges::all_of(study.objectives, has);
  return has_objectives && std::ranges::all_of(study.selection->constraints, has);
}

/// Of each bound, the mean over the folds. Needs: every fold is complete.
std::vector<double> excess_of(const std::vector<MetricBound>& bounds,
                              const std::vector<store::TrialRow>& trials, const FoldTrials& folds) {
  std::vector<double> means;
  for (const MetricBound& bound : bounds) {
    std::vector<double> values;
    for (const std::optional<TrialNumber>& number : folds) {
      values.push_back(excess(bound, row_of(trials, *number).values.at(bound.metric)));
    }
    means.push_back(stats::mean(values));
  }
  return means;
}

/// A seed has ended when all its folds have, and failed when one of them did.
FreshTrial under_seed(const StudySpec& study, const std::vector<store::TrialRow>& trials,
                      const FoldTrials& folds) {
  const SelectionSpec& selection = *study.selection;
  FreshTrial fresh;
  fresh.has_ended = std::ranges::all_of(folds, [&](const std::optional<TrialNumber>& number) {
    return number && is_ended(row_of(trials, *number).state);
  });
  if (!fresh.has_ended) return fresh;
  std::vector<double> losses;
  for (const std::optional<TrialNumber>& number : folds) {
    const auto value = usable_value(row_of(trials, *number), selection.objective.metric);
    if (!value || !is_complete(study, row_of(trials, *number))) return fresh;
    losses.push_back(to_loss(selection.objective, *value));
  }
  fresh.loss = stats::mean(losses);
  fresh.excess = excess_of(selection.constraints, trials, folds);
  if (selection.folds) fresh.fold_losses = std::move(losses);
  return fresh;
}

}  // namespace

const store::TrialRow& row_of(const std::vector<store::TrialRow>& trials, TrialNumber number) {
  const auto place = std::ranges::lower_bound(
      trials, number.value, {},
      [](const store::TrialRow& row) { return row.trial.suggestion.number.value; });
  expect(place != trials.end() && place->trial.suggestion.number == number,
         "the rows hold every trial that a decision names");
  return *place;
}

std::optional<FilteredSetting> filtered_by(const std::vector<MetricBound>& bounds,
                                           const store::TrialRow& row) {
  for (std::size_t bound = 0; bound < bounds.size(); ++bound) {
    const std::optional<double> value = usable_value(row, bounds[bound].metric);
    if (value && excess(bounds[bound], *value) <= 0) continue;
    return FilteredSetting{row.trial.suggestion.number, bound, value};
  }
  return std::nullopt;
}

Finalists gather_finalists(const StudySpec& study, const std::vector<store::TrialRow>& trials) {
  const SelectionSpec& selection = *study.selection;
  Finalists finalists;
  ChosenArms chosen = choose_arms(study, trials);
  finalists.arms = std::move(chosen.arms);
  finalists.filtered = std::move(chosen.filtered);
  const std::size_t arms = finalists.arms.size(), seeds = static_cast<std::size_t>(selection.seeds);
  finalists.fresh.assign(arms, std::vector<FreshTrial>(seeds));
  const std::size_t folds = static_cast<std::size_t>(selection.folds.value_or(1));
  finalists.trials.assign(arms, std::vector<FoldTrials>(seeds, FoldTrials(folds)));
  finalists.costs.resize(arms);
  finalists.holdout_values.resize(arms);
  for (const store::TrialRow& row : trials) {
    if (row.trial.role != store::Role::search) add_fresh(selection, row, finalists);
  }
  for (std::size_t arm = 0; arm < arms; ++arm) {
    for (std::size_t seed = 0; seed < seeds; ++seed) {
      finalists.fresh[arm][seed] = under_seed(study, trials, finalists.trials[arm][seed]);
    }
  }
  return finalists;
}

RaceRules race_rules(const SelectionSpec& selection, const Finalists& finalists) {
  RaceRules rules{selection.seeds, selection.looks, selection.alpha, 0, std::nullopt};
  if (selection.margin && selection.cost_metric) rules.margin = *selection.margin;
  if (!finalists.arms.empty() && finalists.arms.front().is_baseline) rules.baseline = 0;
  return rules;
}

std::vector<FreshRun> runs_to_start(const Finalists& finalists, const RaceState& race) {
  std::vector<FreshRun> runs;
  for (const FreshKey& key : race.wanted) {
    const FoldTrials& folds = finalists.trials_of(key);
    for (std::size_t fold = 0; fold < folds.size(); ++fold) {
      if (!folds[fold]) runs.push_back({key, static_cast<int>(fold)});
    }
  }
  return runs;
}

FreshSeeds fresh_seeds(const StudySpec& study, std::int64_t replicate) {
  return {search::derive_seed(study.seed, replicate, "fresh trial"),
          search::derive_seed(study.seed, replicate, "fresh data")};
}

store::NewTrial fresh_trial(const StudySpec& study, const Finalists& finalists, FreshRun run,
                            TrialNumber number) {
  const Arm& arm = finalists.arms[static_cast<std::size_t>(run.key.arm)];
  store::NewTrial trial;
  trial.suggestion.number = number;
  trial.suggestion.point = arm.point;
  trial.role = arm.is_baseline ? store::Role::baseline : store::Role::replicate;
  trial.replicate = run.key.replicate + 1;
  if (study.selection->folds) trial.fold = run.fold;
  const FreshSeeds seeds = fresh_seeds(study, trial.replicate);
  trial.seed = seeds.seed;
  trial.data_seed = seeds.data_seed;
  return trial;
}

}  // namespace winnow::run
