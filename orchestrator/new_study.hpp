// A new study on disk: completely, or nothing at all.
#pragma once

#include "orchestrator/config/study_config.hpp"
#include "orchestrator/study_folder.hpp"

namespace winnow::run {

/// Makes the study's folder and store. What would stop its first session, such as a missing GPU or
/// trainer, stops here. Throws ConfigError when the study exists, StoreError, SystemError; then
/// nothing half-made is left.
void create_study(const StudyConfig& config, const StudyFolder& folder);

}  // namespace winnow::run
