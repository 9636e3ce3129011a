// What a runner shows of itself; no decision is made here.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "orchestrator/decision/finalists.hpp"
#include "orchestrator/report/numbers.hpp"
#include "orchestrator/study_runner.hpp"
#include "storage/event_kinds.hpp"

namespace winnow::run {
namespace {

/// What the study is for; `winnow show` has the rest.
std::string values_text(const store::MetricValues& values,
                        const std::vector<Objective>& objectives) {
  std::string text;
  for (const Objective& objective : objectives) {
    text += fmt::format("  {} {}", objective.metric, number_text(values.at(objective.metric)));
  }
  return text;
}

}  // namespace

const StudyProgress& StudyRunner::progress() {
  progress_.run_time_s = parts_.run_time.study_s();
  progress_.at_s = parts_.clock.now_s();
  progress_.stage = parts_.control.stage();
  return progress_;
}

/// Why the search goes on as it does, where that has changed: an event, and a line for people.
void StudyRunner::record_reason(const Asked& asked) {
  if (asked.reason.empty()) return;
  if (!search_reason_) {  // an earlier session may have said the same
    const auto newest = parts_.store.newest_event(store::events::search_reason);
    search_reason_ = newest ? nlohmann::json::parse(*newest).at("reason").get<std::string>() : "";
  }
  if (asked.reason == *search_reason_) return;
  search_reason_ = asked.reason;
  const nlohmann::ordered_json detail = {{"reason", asked.reason}};
  parts_.store.add_event(store::events::search_reason, asked.suggestion.number, detail.dump());
  parts_.listener.event("search: " + asked.reason, progress());
}

void StudyRunner::show_start(const Task& task, const std::string& word) {
  const TrialNumber number = task.trial.suggestion.number;
  RunningTrial running;
  running.slot = task.request.attempt.slot;
  running.attempt = task.request.attempt.ordinal;
  running.attempt_id = task.attempt;
  running.started_s = parts_.clock.now_s() - task.request.elapsed_s;
  running.point = point_text(task.trial.suggestion.point);
  std::string line =
      fmt::format("trial {} {} in slot {}: {}", number.value, word, running.slot, running.point);
  if (running.attempt > 1) line += fmt::format(" (attempt {})", running.attempt);
  if (task.request.attempt.resumed_from) {
    line += fmt::format(" from checkpoint {}", *task.request.attempt.resumed_from);
  }
  progress_.running[number] = std::move(running);
  parts_.listener.event(line, progress());
}

void StudyRunner::show_reports(TrialNumber trial, const store::ReportBatch& batch) {
  const auto shown = progress_.running.find(trial);
  if (shown == progress_.running.end()) return;
  const std::optional<SelectionSpec>& selection = parts_.config.spec.selection;
  for (const store::ReportedMeasurement& row : batch.measurements) {
    shown->second.step = row.measurement.step;
    if (selection && selection->holdout_metric == row.measurement.metric) continue;
    shown->second.latest[row.measurement.metric] = row.measurement.value;
  }
  parts_.listener.update(progress());
}

void StudyRunner::show_end(const store::NewTrial& trial, const Verdict& verdict) {
  const TrialNumber number = trial.suggestion.number;
  std::string point = std::move(progress_.running.at(number).point);
  progress_.running.erase(number);
  const store::TrialEndRow& end = *verdict.trial;
  std::string line = fmt::format("trial {} {} after {:.1f} s", number.value, to_text(end.ending),
                                 verdict.attempt.elapsed_s);
  if (end.ending == Ending::completed) {
    ++progress_.completed;
    line += ":" + values_text(end.values, parts_.config.spec.objectives);
    if (!verdict.attempt.message.empty()) line += fmt::format("  ({})", verdict.attempt.message);
    const double value = end.values.at(progress_.objective.metric);
    const Objective& objective = progress_.objective;
    // None is the best of several objectives.
    const bool is_scored =
        trial.role == store::Role::search && parts_.config.spec.objectives.size() == 1;
    if (is_scored && (!progress_.best ||
                      to_loss(objective, value) < to_loss(objective, progress_.best->value))) {
      progress_.best = BestTrial{number, value, std::move(point)};
      line += "  (best so far)";
    }
  } else {
    if (end.ending == Ending::failed) ++progress_.failed;
    if (end.ending == Ending::stopped) ++progress_.stopped;
    if (end.ending == Ending::cancelled) ++progress_.cancelled;
    line += ": " + end.reason;
  }
  parts_.listener.event(line, progress());
}

void StudyRunner::show_selection() {
  const SelectionSpec& selection = *parts_.config.spec.selection;
  const Finalists finalists = gather_finalists(parts_.config.spec, parts_.store.trials());
  const std::size_t arms = finalists.arms.size();
  progress_.max_trials.reset();  // a race may end early
  parts_.listener.event(
      fmt::format("selection: {} setting{}{} on the same fresh seeds, at most {} each", arms,
                  arms == 1 ? "" : "s",
                  race_rules(selection, finalists).baseline ? ", the baseline among them," : "",
                  selection.seeds),
      progress());
}

void StudyRunner::show_problems(const std::vector<std::string>& problems) {
  for (const std::string& problem : problems) parts_.listener.event(problem, progress());
}

void StudyRunner::show_retry(TrialNumber number, const Verdict& verdict) {
  progress_.running.erase(number);
  parts_.listener.event(fmt::format("trial {}: attempt {}: {}", number.value,
                                    verdict.attempt.ending, verdict.attempt.message),
                        progress());
}

}  // namespace winnow::run
