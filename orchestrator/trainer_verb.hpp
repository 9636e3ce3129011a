// Asks the embedded trainer's program for something that is not a trial: an export, facts about the
// machine. Waits for its end; trials are started by executors instead.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace winnow::run {

struct TrainerAnswer {
  int exit_code = 0;
  std::string output;  // what it wrote to standard output
};

/// Runs `winnow-trainer words…`, with `input` as its standard input, a file that can be mapped.
/// Standard error goes to ours. Throws SystemError when it cannot be started or dies of a signal.
TrainerAnswer ask_trainer(const std::vector<std::string>& words, std::string_view input = {});

}  // namespace winnow::run
