// The `metric:` or `metrics:` of a study file, and the `outcome_constraints:` that trials must
// keep.
#pragma once

#include <string>
#include <vector>

#include "orchestrator/config/mapping_reader.hpp"
#include "searchers/problem/metric_bound.hpp"
#include "searchers/problem/objective.hpp"

namespace winnow::run {

struct NamedMetric {
  std::string name;
  Position at;
};

struct ObjectivesBlock {
  std::vector<Objective> objectives;
  std::vector<MetricBound> outcome_constraints;
  std::vector<NamedMetric> reported;  // all that trials must report, for later faults
};

/// `study`: the reader of the whole file, which begins at `root`.
ObjectivesBlock read_objectives(MappingReader& study, const Node& root, Diagnostics& diagnostics);

}  // namespace winnow::run
