// The whole of a study file, block by block.
#pragma once

#include <filesystem>

#include "orchestrator/config/diagnostic.hpp"
#include "orchestrator/config/study_config.hpp"
#include "orchestrator/config/yaml.hpp"

namespace winnow::run {

/// `file`: absolute; for relative paths. What is wrong is in the diagnostics afterwards; with
/// errors among them the result is of no use.
StudyConfig read_study(const Node& root, const std::filesystem::path& file,
                       Diagnostics& diagnostics);

}  // namespace winnow::run
