// The search method of a study file: its name and options, as far as they stand for themselves.
#pragma once

#include <map>
#include <string>

#include "orchestrator/config/diagnostic.hpp"
#include "orchestrator/config/yaml.hpp"
#include "searchers/problem/study.hpp"

namespace winnow::run {

std::map<std::string, Value> read_method_options(const Node& node, Diagnostics& diagnostics);

/// Is there such a method, and does it have these options? Also where something else is wrong in
/// the file, so that the method itself cannot be asked. `method`: the name's node in `root`, the
/// whole file.
void check_method_words(const Node& method, const Node& root, const StudySpec& spec,
                        Diagnostics& diagnostics);

}  // namespace winnow::run
