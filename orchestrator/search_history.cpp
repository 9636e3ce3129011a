#include "orchestrator/search_history.hpp"

#include "searchers/problem/error.hpp"

namespace winnow::run {
namespace {

// Every target that is given, by one and the same trial.
bool reaches_targets(const std::vector<double>& losses, const std::vector<Objective>& objectives) {
  bool has_target = false;
  for (std::size_t j = 0; j < losses.size(); ++j) {
    const Objective& objective = objectives[j];
    if (!objective.target) continue;
    has_target = true;
    if (losses[j] > to_loss(objective, *objective.target)) return false;
  }
  return has_target;
}

}  // namespace

std::optional<Point> SearchHistory::next_user_point() const {
  const auto index = static_cast<std::size_t>(seen_.suggested);
  if (index >= spec_.points.size()) return std::nullopt;
  return spec_.points[index];
}

bool SearchHistory::may_ask() const {
  if (!spec_.determinism.is_strict()) return true;
  // All trials ≤ next − w have been told or have ended: the first that has not is beyond.
  std::int64_t first_running = told_;
  for (const auto& [number, trial] : ended_) {
    if (number.value != first_running) break;
    ++first_running;
  }
  return first_running > next().value - *spec_.determinism.lag;
}

std::vector<Suggestion> SearchHistory::pending() const {
  std::vector<Suggestion> pending;
  for (const auto& [number, suggestion] : untold_) pending.push_back(suggestion);
  return pending;
}

void SearchHistory::add_suggested(const Suggestion& suggestion) {
  expect(suggestion.number == next(), "suggestions are numbered without holes");
  untold_.emplace(suggestion.number, suggestion);
  ++seen_.suggested;
}

void SearchHistory::add_ended(EndedTrial trial) {
  const TrialNumber number = trial.outcome.suggestion.number;
  expect(untold_.contains(number), "a trial ends once, after it was suggested");
  if (spec_.determinism.is_strict()) {
    ended_.emplace(number, std::move(trial));
  } else {
    fresh_.push_back(std::move(trial));
  }
}

std::vector<Outcome> SearchHistory::take_due_tells() {
  if (spec_.determinism.is_strict()) {
    const std::int64_t last = next().value - *spec_.determinism.lag;
    while (!ended_.empty() && ended_.begin()->first.value == told_ + std::ssize(fresh_) &&
           ended_.begin()->first.value <= last) {
      fresh_.push_back(std::move(ended_.begin()->second));
      ended_.erase(ended_.begin());
    }
  }
  std::vector<Outcome> due;
  for (EndedTrial& trial : fresh_) {
    count(trial, seen_);
    ++told_;
    untold_.erase(trial.outcome.suggestion.number);
    due.push_back(std::move(trial.outcome));
  }
  fresh_.clear();
  return due;
}

SeenSoFar SearchHistory::seen_with_untold() const {
  SeenSoFar seen = seen_;
  for (const auto& [number, trial] : ended_) count(trial, seen);
  for (const EndedTrial& trial : fresh_) count(trial, seen);
  return seen;
}

/// The limits are about what this study runs.
void SearchHistory::count(const EndedTrial& trial, SeenSoFar& seen) const {
  if (trial.outcome.suggestion.number.value < spec_.known_trials) return;
  ++seen.ended;
  seen.gpu_s += trial.outcome.elapsed_s * trial.gpus;
  if (trial.outcome.ending == Ending::failed) ++seen.failed;
  if (trial.infeasible) ++seen.infeasible;
  if (reaches_targets(trial.outcome.losses, spec_.objectives)) seen.target_reached = true;
}

}  // namespace winnow::run
