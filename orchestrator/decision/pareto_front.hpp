// What a study with several objectives has found: its front, and the one trial to take when only
// one can be had.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "orchestrator/report/pareto_summary.hpp"
#include "storage/store.hpp"

namespace winnow::run {

/// The front of all completed search trials with a finite value of every objective. `reference`:
/// values, as measured, of the metrics whose reference is given; that of the others lies a tenth of
/// the front's range behind it. Throws ConfigError: the study has one objective only, `reference`
/// names a metric that is none of its objectives. Without any measured trial the front is empty.
ParetoSummary pareto_summary(const store::Store& store,
                             const std::map<std::string, double>& reference);

/// The front's knee, by the same trials; nothing where there are none.
std::optional<store::TrialRow> knee_trial(const store::Store& store);

/// The trial that a study is after whose method weighs its objectives (weighted_sum, chebyshev):
/// the best by those weights, of the same trials. Nothing for other methods, and where there are
/// none.
std::optional<store::TrialRow> compromise_trial(const store::Store& store);

}  // namespace winnow::run
