// The STUDY and TRIAL arguments of commands about one trial.
#pragma once

#include <string>

#include "orchestrator/commands/study_argument.hpp"

namespace winnow::run {

struct TrialArgument {
  StudyArgument study;
  std::string trial;

  /// Adds STUDY, TRIAL and --root. Needs: this outlives the parsing.
  void add_to(CommandOptions& options);
  /// Throws ConfigError when `store` has no such trial.
  store::TrialRow find_in(const store::Store& store) const;
};

}  // namespace winnow::run
