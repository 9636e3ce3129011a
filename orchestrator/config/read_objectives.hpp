// The `metric:` or `metrics:` of a study file.
#pragma once

#include <vector>

#include "orchestrator/config/mapping_reader.hpp"
#include "searchers/problem/objective.hpp"

namespace winnow::run {

struct ObjectivesBlock {
  std::vector<Objective> objectives;
  std::vector<const Node*> names;  // of those that have one, for later faults
};

/// `study`: the reader of the whole file, which begins at `root`.
ObjectivesBlock read_objectives(MappingReader& study, const Node& root, Diagnostics& diagnostics);

}  // namespace winnow::run
