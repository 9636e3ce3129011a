// Is an orchestrator at work on a study? Looks without touching: taking the study lock to find out
// could refuse an orchestrator that starts in the same moment.
#pragma once

#include <optional>

#include "orchestrator/study_folder.hpp"
#include "storage/study_lock.hpp"

namespace winnow::run {

/// The living orchestrator of this study on this machine; nothing when there is none. Other
/// machines cannot be asked: the name of one stays in the lock file after its end.
std::optional<store::LockHolder> living_orchestrator(const StudyFolder& folder);

}  // namespace winnow::run
