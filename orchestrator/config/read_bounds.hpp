// Bounds on metrics, as a study file lists them: ["latency_ms <= 50", "recall >= 0.8"].
#pragma once

#include <string>
#include <vector>

#include "orchestrator/config/diagnostic.hpp"
#include "orchestrator/config/yaml.hpp"
#include "searchers/problem/metric_bound.hpp"

namespace winnow::run {

struct PlacedBound {
  MetricBound bound;
  Position at;
};

/// `key`: of the list, "selection.constraints". Faults get the code `code`.
std::vector<PlacedBound> read_bounds(const Node& list, const std::string& key,
                                     const std::string& code, Diagnostics& diagnostics);

}  // namespace winnow::run
