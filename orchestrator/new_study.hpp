// A new study on disk: completely, or nothing at all.
#pragma once

#include "orchestrator/config/study_config.hpp"
#include "orchestrator/study_folder.hpp"
#include "storage/records.hpp"
#include "storage/study_lock.hpp"

namespace winnow::run {

/// Takes the study's lock and makes its folder and store, which begins with the `known` trials; of
/// many that try at once one makes it.
/// The lock is for its first session; refused while another winnow runs or makes the study. What
/// would stop its first session, such as a missing GPU or trainer, stops here. Throws ConfigError
/// when the study exists, StoreError, SystemError; then nothing half-made is left.
store::LockAttempt create_study(const StudyConfig& config, const StudyFolder& folder,
                                const store::KnownTrials& known = {});

}  // namespace winnow::run
