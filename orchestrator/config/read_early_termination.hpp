// The `early_terminate:` of a study file: which stop rule (searchers/stop_rules), with which
// options.
#pragma once

#include <optional>

#include "orchestrator/config/diagnostic.hpp"
#include "orchestrator/config/yaml.hpp"
#include "searchers/problem/study.hpp"

namespace winnow::run {

/// `root`: the whole file, whose `early_terminate` is read; its objectives are `objectives`. The
/// rule by its own name, defaults written out. Nothing when the key is not there or wrong, which is
/// then in `diagnostics`.
std::optional<EarlyTermination> read_early_termination(const Node& root,
                                                       const std::vector<Objective>& objectives,
                                                       Diagnostics& diagnostics);

}  // namespace winnow::run
