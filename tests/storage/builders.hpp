// Small studies, trials and attempts for the store's tests: each call says only what the test is
// about.
#pragma once

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "storage/store.hpp"

namespace winnow::store {

inline Objective an_objective(std::string metric, Direction direction = Direction::minimize) {
  Objective objective;
  objective.metric = std::move(metric);
  objective.direction = direction;
  return objective;
}

inline NewStudy a_study() {
  NewStudy study;
  study.name = "quick";
  study.spec = R"({"name":"quick"})";
  study.config_text = "name: quick\n";
  study.config_path = "/somewhere/quick.yaml";
  study.seed = 0xfedcba9876543210;
  study.objectives = {an_objective("eval_loss"), an_objective("speed", Direction::maximize)};
  study.objectives[1].aggregate = Aggregate::best;
  study.objectives[1].target = 1e9;
  return study;
}

inline NewTrial a_trial(std::int64_t number) {
  NewTrial trial;
  trial.suggestion.number = TrialNumber{number};
  trial.suggestion.point = Point(
      {{"lr", Value(1e-4 * static_cast<double>(number + 1))}, {"batch", Value(std::int64_t{16})}});
  trial.seed = 7;
  return trial;
}

inline NewAttempt an_attempt(std::int64_t trial, int ordinal = 1) {
  NewAttempt attempt;
  attempt.trial = TrialNumber{trial};
  attempt.ordinal = ordinal;
  attempt.token = fmt::format("token-{}-{}", trial, ordinal);
  attempt.folder = fmt::format("trials/{:04}/attempt-{}", trial, ordinal);
  return attempt;
}

inline ProcessIdentity a_process(std::int64_t pid) {
  return {.pid = pid, .started = 5, .boot_id = "boot"};
}

inline ReportedMeasurement a_measurement(std::int64_t line, std::int64_t step, double value) {
  return {line, {.step = step, .metric = "eval_loss", .value = value, .elapsed_s = 0.5}};
}

inline AttemptEndRow an_attempt_end(std::string ending = "finished") {
  AttemptEndRow end;
  end.ending = std::move(ending);
  end.elapsed_s = 1.5;
  return end;
}

inline TrialEndRow a_trial_end(Ending ending, MetricValues values = {}) {
  TrialEndRow end;
  end.ending = ending;
  end.values = std::move(values);
  return end;
}

/// A store in memory with its session begun.
inline Store a_store() {
  Store store = Store::in_memory(a_study());
  store.begin_session({.pid = 42, .host = "ada", .boot_id = "boot"});
  return store;
}

/// The next trial, run to its end by one attempt that finishes.
inline TrialNumber run_trial(Store& store, const TrialEndRow& end) {
  const std::int64_t number = store.counts().total();
  const AttemptId attempt = store.add_trial_and_start(a_trial(number), an_attempt(number));
  store.record_process(attempt, a_process(100 + number));
  store.end_attempt(attempt, {}, an_attempt_end(), end);
  return TrialNumber{number};
}

}  // namespace winnow::store
