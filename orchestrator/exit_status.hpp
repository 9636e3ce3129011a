// What the exit code of `winnow` promises.
#pragma once

namespace winnow::run {

enum class ExitStatus : int {
  ok = 0,             // limits or target reached, or the command did what it says
  study_failed = 1,   // too many failures, or nothing succeeded
  usage = 2,          // wrong command line
  study_file = 3,     // wrong study file
  locked = 4,         // another orchestrator runs this study
  store = 5,          // store damaged, read-only or full
  environment = 6,    // a GPU, the trainer or the like is missing
  bug = 70,           // a broken expectation of ours
  interrupted = 130,  // SIGINT; resumable
  terminated = 143,   // SIGTERM or SIGHUP; resumable
};

}  // namespace winnow::run
