// The `parameters:` and `points:` of a study file: search space, and the points to try first.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/config/diagnostic.hpp"
#include "orchestrator/config/yaml.hpp"
#include "searchers/options.hpp"
#include "searchers/problem/prior_study.hpp"
#include "searchers/problem/rules.hpp"
#include "searchers/problem/search_space.hpp"

namespace winnow::run {

/// The value as `domain` has it, where it is only written differently: 1 for 1.0. Else unchanged.
Value adapted(const Domain& domain, const Value& value);
/// Every option has a value: those that were not given their default, so that a later version with
/// other defaults goes on as this one began.
void complete_options(const std::vector<search::OptionSpec>& specs,
                      std::map<std::string, Value>& options);

/// `root` is the whole file. Nothing when there was an error, which is then in `diagnostics`.
std::optional<SearchSpace> read_parameters(const Node& root, const Node& parameters,
                                           Diagnostics& diagnostics);

/// A point completed by defaults. A value that the completed point does not use is an error; then
/// there is nothing.
std::optional<Point> read_point(const Node& node, const SearchSpace& space,
                                Diagnostics& diagnostics);
/// A list of them; each must keep to the rules. Without a `space`, since some of the `parameters`
/// could not be read, only their names are looked at.
std::vector<Point> read_points(const Node& points, const Node& parameters,
                               const std::optional<SearchSpace>& space,
                               const std::optional<Rules>& rules, Diagnostics& diagnostics);

/// Their sources, as they are written.
std::vector<PriorStudy> read_prior_studies(const Node& studies, Diagnostics& diagnostics);

}  // namespace winnow::run
