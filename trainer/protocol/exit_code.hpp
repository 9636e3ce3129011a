// What the exit code of a trial promises. Anything else, or a signal, is a crash.
#pragma once

namespace winnow::protocol {

enum class ExitCode : int {
  finished = 0,       // the work is done and reported
  config_wrong = 64,  // what was asked for cannot be done: never retried (EX_USAGE of sysexits)
  can_continue = 75,  // left in good order, continue from the checkpoint (EX_TEMPFAIL)
};

}  // namespace winnow::protocol
