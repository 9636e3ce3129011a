// The trials of a study as one wide table: a column for each parameter and metric that occurs.
#pragma once

#include <optional>
#include <vector>

#include "orchestrator/report/table.hpp"
#include "storage/records.hpp"

namespace winnow::run {

/// For people: short numbers, the best trial marked with *, `objectives` before the parameters and
/// other metrics at the end, where a narrow screen drops them. `best`: nothing when there is none
/// yet.
Table trials_for_people(const std::vector<store::TrialRow>& rows,
                        const std::vector<Objective>& objectives, std::optional<TrialNumber> best);

/// For programs: exact numbers, units in the titles; "params.NAME" and "values.METRIC" columns. An
/// empty cell is a parameter that is not active, a metric that was not reported.
Table trials_for_programs(const std::vector<store::TrialRow>& rows);

}  // namespace winnow::run
