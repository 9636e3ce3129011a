// Settings from the command line laid over a study file: "limits.max_trials=50".
#pragma once

#include <string>
#include <string_view>

#include "orchestrator/config/diagnostic.hpp"
#include "orchestrator/config/yaml.hpp"

namespace winnow::run {

/// Sets what the path before the first `=` leads to; the value behind it is YAML, a list or a
/// mapping too. What is not in the file is added. The new value has no position. Throws ConfigError
/// when the text is no override.
void apply_override(Node& root, std::string_view text);

}  // namespace winnow::run
