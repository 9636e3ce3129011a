// What other commands ask of a running study.
#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/report/numbers.hpp"
#include "orchestrator/search_trial.hpp"
#include "orchestrator/study_commands.hpp"
#include "orchestrator/study_runner.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::run {

void StudyRunner::kill(TrialNumber trial) {
  if (parts_.control.stage() >= Stage::stopping) {
    throw ConfigError("study", "all its trials are told to end already; they go on with resume");
  }
  if (progress_.running.contains(trial)) {
    parts_.listener.event(fmt::format("trial {} is told to end for good", trial.value), progress());
    parts_.control.kill(trial);
    return;
  }
  const auto place = std::ranges::find(
      queued_, trial, [](const store::NewTrial& queued) { return queued.suggestion.number; });
  if (place == queued_.end()) {
    const std::optional<store::TrialRow> row = parts_.store.trial(trial);
    const std::string state = row ? "is " + std::string(to_text(row->state)) : "does not exist";
    throw ConfigError("TRIAL", fmt::format("trial {} {}", trial.value, state));
  }
  cancel_queued(parts_.store, parts_.config, trial);
  const store::NewTrial cancelled = *place;
  queued_.erase(place);
  ++progress_.cancelled;
  parts_.listener.event(fmt::format("trial {} cancelled: killed by its user", trial.value),
                        progress());
  show_problems(retention_.trial_ended(trial));
  if (cancelled.role == store::Role::search) {
    EndedTrial ended;
    ended.outcome.suggestion = cancelled.suggestion;
    ended.outcome.ending = Ending::cancelled;
    parts_.history.add_ended(std::move(ended));
    if (!parts_.config.spec.determinism.is_strict()) tell_what_is_due();
  }
  may_ask_again_->beat();
}

TrialNumber StudyRunner::enqueue(const Point& point) {
  const store::NewTrial trial = next_enqueued(parts_.store, parts_.config, point);
  if (phase_ != Phase::search || ending_ || parts_.control.stage() != Stage::running) {
    throw ConfigError("study", "it starts no further trials: it is about to end");
  }
  expect(trial.suggestion.number == parts_.history.next(), "the store has what was suggested");
  parts_.store.add_enqueued_trial(trial);
  parts_.history.add_suggested(trial.suggestion);
  queued_.push_back(trial);
  parts_.listener.event(
      fmt::format("trial {} enqueued: {}", trial.suggestion.number.value, point_text(point)),
      progress());
  may_ask_again_->beat();
  return trial.suggestion.number;
}

void StudyRunner::limits_changed() {
  const StudySpec& spec = parts_.config.spec;
  progress_.max_trials = spec.limits.max_trials;
  if (progress_.max_trials) *progress_.max_trials += spec.known_trials;
  if (phase_ != Phase::search || !ending_ || parts_.control.stage() != Stage::running) return;
  SeenSoFar seen = parts_.history.seen();
  seen.run_time_s = parts_.run_time.study_s();
  if (ending_->word == "search_finished" || limits_reached(spec.limits, seen)) return;
  // Workers that found nothing more to do have gone; others still run trials.
  ending_.reset();
  for (const Slot& slot : slots_) {
    if (!working_.contains(slot.index)) start_worker(slot);
  }
}

}  // namespace winnow::run
