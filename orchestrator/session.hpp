// One life of an orchestrator on one study, from taking the lock to the last line printed. `winnow
// run` makes the study and begins its first session; `winnow resume` begins another.
#pragma once

#include "orchestrator/config/study_config.hpp"
#include "orchestrator/exit_status.hpp"
#include "orchestrator/recovery.hpp"
#include "orchestrator/study_folder.hpp"

namespace winnow::run {

enum class Verbosity { quiet, normal };

struct SessionOptions {
  Living living = Living::adopt;
  Verbosity verbosity = Verbosity::normal;
};

/// Runs an existing study until it is over or interrupted. Says so and returns ok when it already
/// is.
ExitStatus run_session(const StudyFolder& folder, const SessionOptions& options);

}  // namespace winnow::run
