// One life of an orchestrator on one study, from the lock it took to the last line printed. `winnow
// run` makes the study and begins its first session; `winnow resume` begins another.
#pragma once

#include <cstdint>
#include <optional>

#include "orchestrator/config/study_config.hpp"
#include "orchestrator/exit_status.hpp"
#include "orchestrator/recovery.hpp"
#include "orchestrator/session_log.hpp"
#include "orchestrator/study_folder.hpp"
#include "orchestrator/study_inputs.hpp"
#include "storage/study_lock.hpp"

namespace winnow::run {

/// `json_lines`: what `normal` says, an object a line, for programs.
enum class Verbosity { quiet, normal, json_lines };

/// Does the study go on as its file says by now, where that may be, or as it is on record?
enum class StudyFileChanges { follow, ignore };

struct SessionOptions {
  Living living = Living::adopt;
  StudyFileChanges file = StudyFileChanges::follow;
  ChangedInputs inputs = ChangedInputs::refuse;
  /// Go on although another machine's session has no end on record.
  bool take_over = false;
  Verbosity verbosity = Verbosity::normal;
  /// Of the loopback interface, for Prometheus; 0: any free one.
  std::optional<std::uint16_t> metrics_port = {};
  LogOptions log = {};
};

/// Runs an existing study until it is over or interrupted. Says so and returns ok when it already
/// is; says who holds its lock when that was refused. `lock` is held to the end.
ExitStatus run_session(const StudyFolder& folder, const SessionOptions& options,
                       const store::LockAttempt& lock);

}  // namespace winnow::run
