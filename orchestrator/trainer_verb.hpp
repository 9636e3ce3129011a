// Asks the embedded trainer's program for something that is not a trial: an export, facts about the
// machine. Waits for its end; trials are started by executors instead.
#pragma once

#include <string>
#include <vector>

namespace winnow::run {

struct TrainerAnswer {
  int exit_code = 0;
  std::string output;  // what it wrote to standard output
};

/// Runs `winnow-trainer words…`. Standard error goes to ours. Throws SystemError when it cannot be
/// started or dies of a signal.
TrainerAnswer ask_trainer(const std::vector<std::string>& words);

}  // namespace winnow::run
