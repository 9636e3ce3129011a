// A study file made from another tool's, as `import` and `init --from` make one.
#pragma once

#include <optional>
#include <string>

#include "orchestrator/exit_status.hpp"
#include "orchestrator/import/imported_study.hpp"

namespace winnow::run {

/// Writes the study to the file `to`, which must not exist, or prints it; what the other file says
/// otherwise, and what is still to be done, is said besides. Throws StudyFileError for what is
/// wrong in `file`, ConfigError when `to` exists.
ExitStatus write_imported(const DefinitionFormat& format, const std::string& file,
                          const std::optional<std::string>& to);

}  // namespace winnow::run
