// The keeper: a small process, one per attempt, that is the parent of the trial's program. It
// starts the program once the gate opens, passes signals on, waits for it and for everything it
// left behind, and writes down how it ended. It outlives the orchestrator, so that a later one
// can still learn the exit code of a process it did not fork.
//
// The keeper runs in a forked copy of the orchestrator, which has a second thread: everything here
// is async-signal-safe, and all memory it uses was prepared before the fork.
#pragma once

#include <sched.h>
#include <sys/resource.h>
#include <sys/types.h>

namespace winnow::run {

/// What a keeper needs; every pointer and descriptor is valid in the forked copy.
struct KeeperPlan {
  pid_t orchestrator = -1;  // who forked it, and hears of its end for as long as it is its parent
  int gate = -1;            // one byte: go; end-of-file: the orchestrator is gone, run nothing
  int log = -1;             // the program's stdout and stderr
  int reports = -1;         // handed to the program as descriptor 3
  int folder = -1;          // the attempt's folder, where the exit record goes
  const char* work_folder = nullptr;  // where the program runs
  const char* program = nullptr;      // path to execute
  char* const* arguments = nullptr;   // NULL-terminated
  char* const* environment = nullptr;
  rlimit descriptors = {};  // the program's limit of open files
  const char* group_members =
      nullptr;  // where its control group takes members; null: none of its own
  const char* group_events = nullptr;  // what has happened in it
  const char* group = nullptr;         // its folder, which the keeper removes
  bool limits_data = false;
  rlimit data = {};  // of its heap and private mappings
  bool limits_processors = false;
  cpu_set_t processors = {};  // that it may run on
};

/// The descriptor number under which the program finds the report file (WINNOW_REPORT_FD).
inline constexpr int report_descriptor = 3;

/// Signals that a keeper acts upon: pass TERM on to the program's group, and write down that it was
/// told to; KILL everything of it. (The second is a signal of its own because the keeper must
/// survive to write the record.) A TERM may also come from elsewhere: a machine that goes down
/// tells everybody.
struct KeeperSignals {
  int terminate;
  int kill;
};
KeeperSignals keeper_signals();

/// The life of a keeper. All signals must be blocked when it is called.
[[noreturn]] void keep(const KeeperPlan& plan);

}  // namespace winnow::run
