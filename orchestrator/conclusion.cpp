#include "orchestrator/conclusion.hpp"

#include <algorithm>
#include <map>

#include "searchers/problem/error.hpp"

namespace winnow::run {
namespace {

bool start_from_same_place(const store::NewAttempt& a, const store::NewAttempt& b) {
  return a.resumed_from == b.resumed_from && a.resumed_step == b.resumed_step;
}

/// Left before it was done though we had not said so, and not counted.
bool was_left_uncounted(const store::AttemptRow& row) {
  return row.end && !row.end->counts && row.stop_cause == StopCause::none &&
         (row.end->ending == "interrupted" || row.end->ending == "can_continue");
}

TrialSoFar trial_so_far(const store::Store& store, const std::vector<Objective>& objectives,
                        TrialNumber trial, store::AttemptId attempt,
                        const store::ReportBatch& last) {
  TrialSoFar so_far;
  so_far.values = trial_values(store, objectives, trial, last);
  const std::vector<store::AttemptRow> rows = store.attempts(trial);
  const auto present = std::ranges::find(rows, attempt, &store::AttemptRow::id);
  expect(present != rows.end(), "an attempt belongs to its trial");
  so_far.resumed_step = present->attempt.resumed_step;
  for (const store::AttemptRow& row : rows) {
    if (row.end && row.end->counts) ++so_far.counted_attempts;
    const bool is_repeat =
        was_left_uncounted(row) && start_from_same_place(row.attempt, present->attempt);
    if (is_repeat) ++so_far.uncounted_repeats;
  }
  return so_far;
}

}  // namespace

store::MetricValues trial_values(const store::Store& store,
                                 const std::vector<Objective>& objectives, TrialNumber trial,
                                 const store::ReportBatch& last) {
  std::map<std::string, std::vector<store::ReportedMeasurement>> reported;
  for (store::ReportedMeasurement& row : store.reported(trial)) {
    reported[row.measurement.metric].push_back(std::move(row));
  }
  for (const store::ReportedMeasurement& row : last.measurements) {
    reported[row.measurement.metric].push_back(row);
  }
  store::MetricValues values;
  for (const auto& [metric, rows] : reported) {
    const auto objective = std::ranges::find(objectives, metric, &Objective::metric);
    const Objective none{metric};
    values[metric] = *aggregate(objective != objectives.end() ? *objective : none, rows);
  }
  return values;
}

Verdict conclude(store::Store& store, const StudyConfig& config, store::AttemptId attempt,
                 TrialNumber trial, const AttemptEnd& end, Witness witness) {
  const std::vector<Objective>& objectives = config.spec.objectives;
  const TrialSoFar so_far = trial_so_far(store, objectives, trial, attempt, end.last_reports);
  Verdict verdict = judge(end, so_far, objectives, config.trial.retries, witness);
  if (verdict.trial && !config.spec.determinism.is_strict()) {
    // Fresh trials of the selection come after the search, which never learns of them.
    const bool is_told = store.trial(trial)->trial.role == store::Role::search;
    if (is_told) verdict.trial->told = store.study().tells;
  }
  store.end_attempt(attempt, end.last_reports, verdict.attempt, verdict.trial);
  return verdict;
}

}  // namespace winnow::run
