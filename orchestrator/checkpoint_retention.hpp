// Checkpoints that a study does not want to keep (`checkpoints:`) are withdrawn and deleted: those
// of an ended trial at its end, those of a program that goes on when it reports another. The
// embedded trainer looks after the checkpoints of its running trials itself.
#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "orchestrator/config/study_config.hpp"
#include "orchestrator/study_folder.hpp"
#include "storage/offered_checkpoints.hpp"
#include "storage/store.hpp"

namespace winnow::run {

/// Those that the policy keeps for none of its three reasons. `offered`: by trial, from the oldest
/// to the newest. Best is whose value of the objective is; of equals the newer one, and one without
/// a value is never. Overall only checkpoints of completed trials compete.
std::vector<store::OfferedCheckpoint> superfluous(
    const std::vector<store::OfferedCheckpoint>& offered, const CheckpointPolicy& policy,
    const Objective& objective);

class CheckpointRetention {
 public:
  /// All outlive it. What was withdrawn in earlier sessions and not deleted is deleted now, but for
  /// the trials of `running`, which may be writing to such a folder.
  CheckpointRetention(store::Store& store, const StudyConfig& config, const StudyFolder& folder,
                      const std::set<TrialNumber>& running);

  /// What could not be deleted, a sentence each.
  std::vector<std::string> trial_ended(TrialNumber trial);
  /// The trial goes on, and has reported a checkpoint: its newest one, and the one that it began
  /// with, stay in any case.
  std::vector<std::string> trial_reported(TrialNumber trial,
                                          const std::optional<std::string>& resumed_from);

 private:
  std::vector<store::OfferedCheckpoint> offered_by(TrialNumber trial) const;
  std::vector<std::string> remove(const std::vector<store::OfferedCheckpoint>& checkpoints);
  void read_ended();

  store::Store& store_;
  const StudyConfig& config_;
  StudyFolder folder_;
  /// Of trials that have ended; read when it is first needed, since a study may get a policy later.
  std::optional<std::vector<store::OfferedCheckpoint>> ended_;
};

}  // namespace winnow::run
