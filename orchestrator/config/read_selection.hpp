// The `selection:` of a study file: how the winner is proven (searchers/problem/selection.hpp).
#pragma once

#include <optional>

#include "orchestrator/config/diagnostic.hpp"
#include "orchestrator/config/yaml.hpp"
#include "searchers/problem/study.hpp"

namespace winnow::run {

/// Needs: objectives and points of `study` were read. The baseline, where the file names none, is
/// the parameters' defaults, else the first of `points`, else nothing. Nothing when there was an
/// error, which is then in `diagnostics`.
///
/// Without a `space`, which could not be read, nothing is said of the baseline and what needs one.
std::optional<SelectionSpec> read_selection(const Node& node, const StudySpec& study,
                                            const std::optional<SearchSpace>& space,
                                            Diagnostics& diagnostics);

}  // namespace winnow::run
