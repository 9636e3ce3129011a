// What else of the embedded trainer a study could search.
#pragma once

#include <string>

#include "orchestrator/config/study_config.hpp"

namespace winnow::run {

/// A line for each setting that is worth searching and neither fixed nor searched by the study,
/// with its usual range as the file would have it; empty: there is none, or trials are other
/// programs.
std::string suggested_parameters(const StudyConfig& config);

}  // namespace winnow::run
