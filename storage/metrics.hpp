// Names of metrics as the numbers that rows hold instead.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "searchers/problem/objective.hpp"
#include "storage/sqlite.hpp"

namespace winnow::store {

/// Those of the objectives are below 0: their results are indexed by value.
void write_objective_metrics(Connection& connection, const std::vector<Objective>& objectives);

/// Nothing for a name that no row has.
std::optional<std::int64_t> find_metric(Connection& connection, std::string_view name);
/// Needs: a transaction is open.
std::int64_t metric_id(Connection& connection, std::string_view name);

}  // namespace winnow::store
