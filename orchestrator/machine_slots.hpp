// Which slots this machine has for a study: its devices, as the driver counts them and as
// CUDA_VISIBLE_DEVICES leaves them to us.
#pragma once

#include "orchestrator/config/study_config.hpp"
#include "orchestrator/slots.hpp"

namespace winnow::run {

/// Throws SystemError when not one trial of the study fits here, ConfigError for a list of devices
/// that we cannot read.
SlotPlan find_slots(const StudyConfig& config);

}  // namespace winnow::run
