// What `run` and `resume` take alike: where studies live, and what a session says to whom.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "orchestrator/commands/command_options.hpp"
#include "orchestrator/session.hpp"

namespace winnow::run {

struct SessionArguments {
  std::optional<std::string> root;
  std::optional<std::int64_t> metrics;
  bool quiet = false;
  bool verbose = false;
  bool json_lines = false;
  std::optional<std::string> log_file;
  std::optional<std::string> log_format;

  /// Needs: this outlives the parsing.
  void add_to(CommandOptions& options);

  /// Throws ConfigError (options that exclude each other, a port or a word that there is not) and
  /// SystemError (a log that cannot be written).
  SessionOptions session() const;
};

}  // namespace winnow::run
