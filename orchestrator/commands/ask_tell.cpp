// winnow ask-tell: the searchers as a process that any program can talk to, over JSON lines on
// standard input and output. The protocol is in the README of this folder's parent.
#include <cstdio>
#include <iostream>
#include <string>

#include "orchestrator/ask_tell/session.hpp"
#include "orchestrator/commands/command.hpp"
#include "orchestrator/process/system_error.hpp"

namespace winnow::run {
namespace {

ExitStatus converse() {
  std::ios::sync_with_stdio(false);  // whole blocks are read, and nobody else reads
  AskTellSession session;
  std::string line;
  while (!session.is_over() && std::getline(std::cin, line)) {
    const std::string answer = session.answer(line);
    const bool was_written = std::fwrite(answer.data(), 1, answer.size(), stdout) == answer.size();
    if (!was_written || std::fflush(stdout) != 0) throw_system_error("write an answer");
  }
  return ExitStatus::ok;
}

const CommandRegistration registration(CommandEntry{
    "ask-tell", "suggest points to any program, over JSON lines on standard input and output",
    [](CommandOptions&) -> std::function<ExitStatus()> { return converse; }});

}  // namespace
}  // namespace winnow::run
