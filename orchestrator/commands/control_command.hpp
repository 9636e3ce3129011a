// A command that says one word to the orchestrator of a running study.
#pragma once

#include "orchestrator/commands/command.hpp"

namespace winnow::run {

struct ControlWord {
  const char* word;     // also the command's name
  const char* summary;  // one line
  const char* done;     // what it has done, with {} for the number of running trials
};

CommandEntry control_command(const ControlWord& word);

}  // namespace winnow::run
