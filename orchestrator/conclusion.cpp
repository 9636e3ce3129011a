#include "orchestrator/conclusion.hpp"

#include <algorithm>
#include <map>

#include "orchestrator/report_sampling.hpp"
#include "orchestrator/reported_values.hpp"
#include "orchestrator/resource_metrics.hpp"
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

using Reported = std::vector<store::ReportedMeasurement>;

/// Everything that counts, in the order it was reported.
Reported all_reported(const store::Store& store, TrialNumber trial,
                      const store::ReportBatch& last) {
  Reported reported = store.reported(trial);
  reported.insert(reported.end(), last.measurements.begin(), last.measurements.end());
  return reported;
}

store::MetricValues values_of(const std::vector<Objective>& objectives, const Reported& reported,
                              std::optional<std::int64_t> last_step) {
  std::map<std::string, Reported> by_metric;
  for (const store::ReportedMeasurement& row : reported) {
    const bool counts = !last_step || (row.measurement.step <= *last_step && !row.is_final);
    if (counts) by_metric[row.measurement.metric].push_back(row);
  }
  store::MetricValues values;
  for (const auto& [metric, rows] : by_metric) {
    const auto objective = std::ranges::find(objectives, metric, &Objective::metric);
    const Objective none{metric};
    values[metric] = *aggregate(objective != objectives.end() ? *objective : none, rows);
  }
  return values;
}

TrialSoFar trial_so_far(const store::Store& store, const StudyConfig& config, TrialNumber trial,
                        store::AttemptId attempt, const store::ReportBatch& last,
                        const std::optional<search::StopOrder>& early_stop) {
  TrialSoFar so_far;
  so_far.early_stop = early_stop;
  std::optional<std::int64_t> last_step;
  if (early_stop) last_step = early_stop->step;
  const std::vector<Objective>& objectives = config.spec.objectives;
  const Reported reported = all_reported(store, trial, last);
  if (config.trial.fails_fast_on_nan) so_far.non_finite = first_non_finite(objectives, reported);
  // What came at the earlier step ended it: the other one depends on how fast it was told.
  if (so_far.non_finite && last_step && *last_step < so_far.non_finite->step) {
    so_far.non_finite.reset();
  }
  if (so_far.non_finite) last_step = so_far.non_finite->step;
  so_far.values = values_of(objectives, reported, last_step);
  so_far.batch_halvings = config.trial.batch_halvings;
  const std::vector<store::AttemptRow> rows = store.attempts(trial);
  const auto present = std::ranges::find(rows, attempt, &store::AttemptRow::id);
  expect(present != rows.end(), "an attempt belongs to its trial");
  so_far.resumed_step = present->attempt.resumed_step;
  so_far.ended_for_device_memory = ended_for_device_memory(rows);
  for (const store::AttemptRow& row : rows) {
    if (row.end && row.end->counts) ++so_far.counted_attempts;
    const bool is_repeat =
        was_left_uncounted(row) && start_from_same_place(row.attempt, present->attempt);
    if (is_repeat) ++so_far.uncounted_repeats;
    if (row.end && row.end->ending == "oom_host") ++so_far.ended_for_memory;
  }
  return so_far;
}

}  // namespace

store::MetricValues trial_values(const store::Store& store,
                                 const std::vector<Objective>& objectives, TrialNumber trial,
                                 const store::ReportBatch& last,
                                 std::optional<std::int64_t> last_step) {
  return values_of(objectives, all_reported(store, trial, last), last_step);
}

int ended_for_device_memory(const std::vector<store::AttemptRow>& attempts) {
  return static_cast<int>(std::ranges::count_if(attempts, [](const store::AttemptRow& row) {
    return row.end && row.end->ending == "result_oom";
  }));
}

Verdict conclude(store::Store& store, const StudyConfig& config, EarlyStopping& early_stopping,
                 store::AttemptId attempt, TrialNumber trial, const AttemptEnd& end,
                 Witness witness) {
  const std::vector<Objective>& objectives = config.spec.objectives;
  // Fresh trials of the selection come after the search, which never learns of them.
  const bool is_search = store.trial(trial)->trial.role == store::Role::search;
  std::optional<search::StopOrder> early_stop;
  if (is_search) early_stop = early_stopping.judge(trial, end.last_reports.measurements);
  // A whole result that was faster than the order is not thrown away, unless the study repeats
  // exactly: then whose word came first must not matter.
  const bool is_strict = config.spec.determinism.is_strict();
  if (!is_strict && has_finished(end)) early_stop.reset();
  TrialSoFar so_far = trial_so_far(store, config, trial, attempt, end.last_reports, early_stop);
  add_resource_metrics(config.spec, store.attempts(trial), end, so_far.values);
  // Of fresh trials the selection says what their means must keep to.
  Verdict verdict = judge(end, so_far, objectives, config.trial.retries, witness,
                          is_search ? config.spec.outcome_constraints : std::vector<MetricBound>());
  if (verdict.trial && is_search && !is_strict) verdict.trial->told = store.tells();
  ReportSampler sampler(whole_metrics(config.spec), store.rows_of(attempt));
  store.end_attempt(attempt, sampler.take(end.last_reports), verdict.attempt, verdict.trial);
  if (verdict.trial && verdict.trial->last_step) {
    early_stopping.cut(trial, *verdict.trial->last_step);
  }
  return verdict;
}

}  // namespace winnow::run
