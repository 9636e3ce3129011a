#include "orchestrator/conclusion.hpp"

namespace winnow::run {
namespace {

/// Earlier attempts that count against the retries.
int counted_attempts(const store::Store& store, TrialNumber trial) {
  int counted = 0;
  for (const store::AttemptRow& row : store.attempts(trial)) {
    if (row.end && row.end->counts) ++counted;
  }
  return counted;
}

}  // namespace

store::MetricValues objective_values(const store::Store& store,
                                     const std::vector<Objective>& objectives, TrialNumber trial,
                                     const store::ReportBatch& last) {
  store::MetricValues values;
  for (const Objective& objective : objectives) {
    std::vector<Measurement> reported = store.measurements(trial, objective.metric);
    for (const store::ReportedMeasurement& row : last.measurements) {
      if (row.measurement.metric == objective.metric) reported.push_back(row.measurement);
    }
    if (const std::optional<double> value = aggregate(objective, reported)) {
      values[objective.metric] = *value;
    }
  }
  return values;
}

Verdict conclude(store::Store& store, const StudyConfig& config, store::AttemptId attempt,
                 TrialNumber trial, const AttemptEnd& end, Witness witness) {
  const std::vector<Objective>& objectives = config.spec.objectives;
  TrialSoFar so_far;
  so_far.objective_values = objective_values(store, objectives, trial, end.last_reports);
  so_far.counted_attempts = counted_attempts(store, trial);
  Verdict verdict = judge(end, so_far, objectives, config.trial.retries, witness);
  if (verdict.trial) {
    // Metrics that are not objectives count with their last value.
    verdict.trial->values.insert(end.facts.latest.begin(), end.facts.latest.end());
    // Fresh trials of the selection come after the search, which never learns of them.
    const bool is_told = store.trial(trial)->trial.role == store::Role::search;
    if (is_told && !config.spec.determinism.is_strict()) verdict.trial->told = store.study().tells;
  }
  store.end_attempt(attempt, end.last_reports, verdict.attempt, verdict.trial);
  return verdict;
}

}  // namespace winnow::run
