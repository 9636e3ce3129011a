// Which checkpoint of a trial is the one to use: what its numbers at the end belong to.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/study_folder.hpp"
#include "storage/store.hpp"

namespace winnow::run {

struct CheckpointChoice {
  /// Absolute; nothing when the trial has no usable checkpoint.
  std::optional<std::filesystem::path> folder;
  /// Why better ones were passed over, a sentence each.
  std::vector<std::string> refused;
};

/// The checkpoint of the step that the trial's last report names (the embedded trainer names its
/// best one there), else the newest. One with a manifest must agree with it; one without is taken
/// as it is. A path that leads out of the trial's checkpoint folder is refused.
CheckpointChoice choose_checkpoint(const store::Store& store, const StudyFolder& folder,
                                   TrialNumber trial);

}  // namespace winnow::run
