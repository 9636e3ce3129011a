// What a runner shows of itself; no decision is made here.
#include <fmt/format.h>

#include "orchestrator/study_runner.hpp"

namespace winnow::run {
namespace {

std::string values_text(const store::MetricValues& values) {
  std::string text;
  for (const auto& [metric, value] : values) text += fmt::format("  {} {:.6g}", metric, value);
  return text;
}

}  // namespace

const StudyProgress& StudyRunner::progress() {
  progress_.run_time_s = earlier_run_time_s_ + run_time_s();
  progress_.stage = parts_.control.stage();
  return progress_;
}

void StudyRunner::show_start(const Task& task, const std::string& word) {
  const TrialNumber number = task.trial.suggestion.number;
  RunningTrial running;
  running.slot = task.request.attempt.slot;
  running.attempt = task.request.attempt.ordinal;
  running.started_s = parts_.clock.now_s();
  running.point = canonical_text(task.trial.suggestion.point);
  std::string line =
      fmt::format("trial {} {} in slot {}: {}", number.value, word, running.slot, running.point);
  if (running.attempt > 1) line += fmt::format(" (attempt {})", running.attempt);
  if (task.request.attempt.resumed_from) {
    line += fmt::format(" from checkpoint {}", *task.request.attempt.resumed_from);
  }
  progress_.running[number] = std::move(running);
  parts_.listener.event(line, progress());
}

void StudyRunner::show_end(TrialNumber number, const Verdict& verdict) {
  progress_.running.erase(number);
  const store::TrialEndRow& end = *verdict.trial;
  std::string line = fmt::format("trial {} {} after {:.1f} s", number.value, to_text(end.ending),
                                 verdict.attempt.elapsed_s);
  if (end.ending == Ending::completed) {
    ++progress_.completed;
    line += ":" + values_text(end.values);
    const double value = end.values.at(progress_.objective.metric);
    const Objective& objective = progress_.objective;
    if (!progress_.best || to_loss(objective, value) < to_loss(objective, progress_.best->value)) {
      progress_.best = BestTrial{number, value};
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

void StudyRunner::show_retry(TrialNumber number, const Verdict& verdict) {
  progress_.running.erase(number);
  parts_.listener.event(fmt::format("trial {}: attempt {}: {}", number.value,
                                    verdict.attempt.ending, verdict.attempt.message),
                        progress());
}

}  // namespace winnow::run
