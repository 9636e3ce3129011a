// How a trial becomes a process: the exact arguments, environment and files of one attempt, as a
// pure function of the study and the trial.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/attempt.hpp"
#include "orchestrator/config/study_config.hpp"
#include "orchestrator/slots.hpp"
#include "orchestrator/study_folder.hpp"

namespace winnow::run {

/// What is the same for all trials of a session, found once at its start.
struct TrialProgram {
  std::string path;                      // of the program, executable
  std::vector<std::string> environment;  // the orchestrator's own, NAME=VALUE
  int threads = 1;                       // for an embedded trainer that is not told otherwise
  /// Control group in which each attempt gets one of its own; empty: its processes are bounded one
  /// by one.
  std::filesystem::path memory_home = {};
};

/// Finds the program that the study runs. Throws ConfigError when there is none.
TrialProgram find_trial_program(const StudyConfig& config, int slots);

/// A checkpoint to go on from: the folder's name and its step.
struct ResumePoint {
  std::string name;
  std::int64_t step = 0;
};

/// The row of attempt `ordinal` of a trial. `token` is random and new.
store::NewAttempt new_attempt(TrialNumber trial, const Slot& slot, int ordinal,
                              const std::string& token, const std::optional<ResumePoint>& resume);

/// What runs `attempt`, which is one of `trial` in `slot`. `batch_halvings`: how often its device
/// had too little memory for it; the batch is divided by 2 as often.
AttemptRequest plan_attempt(const StudyConfig& config, const TrialProgram& program,
                            const StudyFolder& folder, const store::NewTrial& trial,
                            const Slot& slot, store::NewAttempt attempt, int batch_halvings = 0);

}  // namespace winnow::run
