// What winnow itself measures of a trial, usable where a study names a metric: as an objective, as
// the cost that breaks a tie.
#pragma once

#include <string_view>
#include <vector>

#include "orchestrator/attempt.hpp"
#include "searchers/problem/study.hpp"

namespace winnow::run {

/// elapsed_s, cpu_s, max_rss_bytes, gpu_memory_bytes, gpu_utilisation, gpu_energy_j.
bool is_resource_metric(std::string_view name);

/// Adds those that the study names and the trial has not reported itself: time and energy over all
/// attempts, memory at most, utilisation of the last. `end` is that of the last of `attempts`.
void add_resource_metrics(const StudySpec& spec, const std::vector<store::AttemptRow>& attempts,
                          const AttemptEnd& end, store::MetricValues& values);

}  // namespace winnow::run
