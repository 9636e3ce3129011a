// The STUDY argument and the --root option that all commands on an existing study share.
#pragma once

#include <optional>
#include <string>

#include "orchestrator/commands/command_options.hpp"
#include "orchestrator/study_folder.hpp"
#include "storage/store.hpp"

namespace winnow::run {

struct StudyArgument {
  std::string study;
  std::optional<std::string> root;

  /// Adds the positional STUDY and --root. Needs: this outlives the parsing.
  void add_to(CommandOptions& options);

  /// Throws ConfigError when there is no such study.
  StudyFolder folder() const;
  /// For reading. Throws ConfigError, StoreError.
  store::Store open() const;
};

}  // namespace winnow::run
