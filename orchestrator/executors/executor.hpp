// Turns one request into one running thing, and its end into facts. Knows nothing of studies.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "orchestrator/attempt.hpp"
#include "orchestrator/control.hpp"

namespace winnow::run {

/// What must be on record while an attempt runs.
class AttemptLog {
 public:
  virtual ~AttemptLog() = default;
  /// The process exists but must not run anything before this has returned: committed then.
  virtual void record_process(const store::ProcessIdentity& process) = 0;
  /// Committed soon; until then the report file has it. Returns why the trial is not worth going on
  /// with, which the attempt is then ended for; none where it is.
  virtual StopCause add_reports(const store::ReportBatch& batch) = 0;
  /// The attempt is about to be told to end: committed when it returns.
  virtual void record_stop(store::StopCause cause) = 0;
};

class Executor {
 public:
  virtual ~Executor() = default;
  /// Runs the attempt to its end. `control` at stopping, or with its trial killed: TERM, after the
  /// grace KILL; at killing: KILL. `log` and `control` outlive the call. What cannot be begun has
  /// ended as well (NotStarted): one trial's trouble is not the study's. Throws what `log` throws.
  virtual asio::awaitable<AttemptEnd> run(AttemptRequest request, AttemptLog& log,
                                          StudyControl& control) = 0;
};

}  // namespace winnow::run
