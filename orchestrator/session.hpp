// One life of an orchestrator on one study, from the lock it took to the last line printed. `winnow
// run` makes the study and begins its first session; `winnow resume` begins another.
#pragma once

#include "orchestrator/config/study_config.hpp"
#include "orchestrator/exit_status.hpp"
#include "orchestrator/recovery.hpp"
#include "orchestrator/study_folder.hpp"
#include "storage/study_lock.hpp"

namespace winnow::run {

enum class Verbosity { quiet, normal };

struct SessionOptions {
  Living living = Living::adopt;
  Verbosity verbosity = Verbosity::normal;
};

/// Runs an existing study until it is over or interrupted. Says so and returns ok when it already
/// is; says who holds its lock when that was refused. `lock` is held to the end.
ExitStatus run_session(const StudyFolder& folder, const SessionOptions& options,
                       const store::LockAttempt& lock);

}  // namespace winnow::run
