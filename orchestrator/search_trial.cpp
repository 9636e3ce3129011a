#include "orchestrator/search_trial.hpp"

#include <cmath>

#include "searchers/numerics/rng.hpp"

namespace winnow::run {

store::NewTrial search_trial(const Suggestion& suggestion, std::uint64_t study_seed,
                             std::int64_t history) {
  const std::int64_t number = suggestion.number.value;
  store::NewTrial trial;
  trial.suggestion = suggestion;
  trial.role = store::Role::search;
  trial.seed = search::derive_seed(study_seed, number, "trial");
  trial.data_seed = search::derive_seed(study_seed, number, "data");
  trial.history = history;
  return trial;
}

Outcome outcome_of(const Suggestion& suggestion, const store::TrialEndRow& end, double elapsed_s,
                   const std::vector<Objective>& objectives,
                   const std::vector<MetricBound>& bounds) {
  Outcome outcome;
  outcome.suggestion = suggestion;
  outcome.ending = end.ending;
  outcome.elapsed_s = elapsed_s;
  // What was reported on the way to another end is not what the trial comes to.
  if (end.ending == Ending::completed || end.reason.starts_with("infeasible"))
    outcome.excesses = excesses(bounds, end.values);
  if (end.ending != Ending::completed && end.ending != Ending::stopped) return outcome;
  for (const Objective& objective : objectives) {
    const auto found = end.values.find(objective.metric);
    if (found == end.values.end() || !std::isfinite(found->second)) {
      outcome.losses.clear();
      return outcome;
    }
    outcome.losses.push_back(to_loss(objective, found->second));
  }
  return outcome;
}

}  // namespace winnow::run
