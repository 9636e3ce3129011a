// What ties parameters together in a study file: `expr` of derived values, and `constraints`.
#pragma once

#include <optional>

#include "orchestrator/config/diagnostic.hpp"
#include "orchestrator/config/yaml.hpp"
#include "searchers/problem/rules.hpp"

namespace winnow::run {

/// `constraints` may be nullptr. Nothing when there was an error, which is then in `diagnostics`,
/// or no `space`: then of the expressions only their names are looked at.
std::optional<Rules> read_rules(const Node& parameters, const Node* constraints,
                                const std::optional<SearchSpace>& space, Diagnostics& diagnostics);

}  // namespace winnow::run
