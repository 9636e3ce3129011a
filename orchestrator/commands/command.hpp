// A subcommand of `winnow`: one file that registers itself with one object at its end.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/commands/command_options.hpp"
#include "orchestrator/exit_status.hpp"

namespace winnow::run {

struct CommandEntry {
  std::string name;
  std::string summary;  // one line, for `winnow --help`
  /// Adds its options and returns what to do once they are parsed. ConfigError, StoreError
  /// and SystemError are turned into messages and exit codes by main.
  std::function<std::function<ExitStatus()>(CommandOptions& options)> set_up;
};

/// What every command takes beside its own.
struct CommonArguments {
  std::optional<std::string> colour;
  void add_to(CommandOptions& options);
};

class CommandRegistration {
 public:
  explicit CommandRegistration(CommandEntry entry);
};

/// All commands, by name.
std::vector<const CommandEntry*> commands();

}  // namespace winnow::run
