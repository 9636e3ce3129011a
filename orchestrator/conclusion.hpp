// The end of an attempt, committed: facts are judged and written, with the last reports and the
// trial's new state, in one transaction. The one way an attempt ends, live or in recovery.
#pragma once

#include <optional>

#include "orchestrator/attempt.hpp"
#include "orchestrator/config/study_config.hpp"
#include "orchestrator/early_stopping.hpp"
#include "storage/store.hpp"

namespace winnow::run {

/// The values of a trial: everything committed, then `last`, as one list in the order it was
/// reported, whenever it was committed; of a trial that was stopped early only up to `last_step`.
/// An objective counts as it says, any other metric with its last value.
store::MetricValues trial_values(const store::Store& store,
                                 const std::vector<Objective>& objectives, TrialNumber trial,
                                 const store::ReportBatch& last,
                                 std::optional<std::int64_t> last_step = std::nullopt);

/// How many of a trial's attempts found too little memory on their device.
int ended_for_device_memory(const std::vector<store::AttemptRow>& attempts);

/// Judges and commits. In free mode an ended trial takes its place in the order of tells here; in
/// strict mode that comes with the tell.
Verdict conclude(store::Store& store, const StudyConfig& config, EarlyStopping& early_stopping,
                 store::AttemptId attempt, TrialNumber trial, const AttemptEnd& end,
                 Witness witness);

}  // namespace winnow::run
