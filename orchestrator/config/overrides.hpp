// Settings from the command line laid over a study file: "limits.max_trials=50".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/config/diagnostic.hpp"
#include "orchestrator/config/yaml.hpp"

namespace winnow::run {

/// Sets what the path before the first `=` leads to; the value behind it is YAML, a list or a
/// mapping too. What is not in the file is added. The new value has no position. Throws ConfigError
/// when the text is no override.
void apply_override(Node& root, std::string_view text);

/// The mapping {NAME: value, …} of words NAME=VALUE; names may hold dots. Throws ConfigError when
/// one is no such word or its value cannot be read.
Node mapping_of(const std::vector<std::string>& words);

}  // namespace winnow::run
