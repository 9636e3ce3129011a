// Can the embedded trainer use the model folder and the rows that a study names? It is asked before
// anything of the study is made: its trials would only find out one after the other.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "orchestrator/config/study_config.hpp"

namespace winnow::run {

/// The settings of trials that differ in what they read, `all` false when there are too many to
/// look at: every choice of a parameter that says what is read, with the lowest values of the
/// others; paths are whole. Trials that a constraint forbids are not among them. Needs: a trainer
/// study.
struct TrialInputs {
  std::vector<nlohmann::json> settings;
  bool all = true;
};
TrialInputs trial_inputs(const StudyConfig& config);

/// Asks `winnow-trainer check`. Throws StudyFileError with the places of the settings in the study
/// file, or of the rows in theirs; SystemError when the trainer does not answer. Where there is no
/// trainer, a warning says that nothing was looked at. Any other study passes.
void check_trainer_inputs(StudyReading& reading);

}  // namespace winnow::run
