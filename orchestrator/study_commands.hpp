// What other commands ask of a study: of a running one through its control socket, of one at rest
// on its store. Each is on record when it has answered.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "orchestrator/control.hpp"
#include "orchestrator/progress.hpp"
#include "orchestrator/study_folder.hpp"
#include "orchestrator/study_runner.hpp"

namespace winnow::run {

/// Of a running study. `stop` is the first ^C, `cancel` a TERM; `pause`, `unpause`; `kill` and
/// `retry` {"trial": n}; `enqueue` {"words": ["x=1"]}; `set` {"settings": ["max_trials=9"]}.
class StudyCommands {
 public:
  /// All outlive the object. `set` changes the limits and the description of `config`, and keeps in
  /// it what its method plans for.
  StudyCommands(store::Store& store, StudyConfig& config, StudyControl& control,
                StudyRunner& runner, ProgressListener& listener)
      : store_(store), config_(config), control_(control), runner_(runner), listener_(listener) {}

  /// {"version": 1, "running": number of trials, …}, or {"error": why not}. `kill` adds
  /// "is_running": the trial runs and is told to end.
  nlohmann::ordered_json obey(const std::string& word, const nlohmann::json& arguments);

 private:
  void act(const std::string& word, const nlohmann::json& arguments,
           nlohmann::ordered_json& answer);
  void set(const nlohmann::json& arguments, nlohmann::ordered_json& answer);

  store::Store& store_;
  StudyConfig& config_;
  StudyControl& control_;
  StudyRunner& runner_;
  ProgressListener& listener_;
};

/// The row of the next search trial, with a user's point. Throws ConfigError when no further one
/// may be: the study is over, has all its trials, or is in the race of its selection.
store::NewTrial next_enqueued(const store::Store& store, const StudyConfig& config,
                              const Point& point);
/// The point of an ended trial, to be run again. Throws ConfigError.
Point point_to_retry(const store::Store& store, TrialNumber trial);
/// Ends a trial that waits for its turn; nobody has asked it for anything yet.
void cancel_queued(store::Store& store, const StudyConfig& config, TrialNumber trial);

/// `kill`, `retry`, `enqueue` and `set` on a study that no orchestrator is at work on, with the
/// answers of StudyCommands. Throws ConfigError, StoreError; also when one comes to be at work.
nlohmann::ordered_json obey_at_rest(const StudyFolder& folder, const std::string& word,
                                    const nlohmann::json& arguments);

}  // namespace winnow::run
