// All commands and their words as data, read off what `--help` prints: for completions and the
// manual page, which can then say nothing else.
#pragma once

#include <string>
#include <vector>

namespace winnow::run {

struct OptionDescription {
  std::vector<std::string> names;  // "--follow", "-f"; of a word by position its name alone, "FILE"
  std::string meaning;
  bool is_positional = false;
  bool takes_value = true;
  bool is_required = false;
};

struct CommandDescription {
  std::string name;
  std::string summary;
  std::vector<OptionDescription> options;
};

/// By name.
std::vector<CommandDescription> described_commands();

}  // namespace winnow::run
