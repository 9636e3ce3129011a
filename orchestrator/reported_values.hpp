// What of everything a trial has reported counts.
#pragma once

#include <optional>
#include <span>

#include "searchers/problem/objective.hpp"
#include "storage/records.hpp"

namespace winnow::run {

/// The first number of an objective that is NaN or infinite, but for what the trial says it ended
/// with; nothing when all are finite.
std::optional<Measurement> first_non_finite(std::span<const Objective> objectives,
                                            std::span<const store::ReportedMeasurement> reported);

/// The value that counts, of all those of one metric in the order they were reported; nothing when
/// there is none. What the trial says it ended with (`is_final`) is its last value, and no further
/// sample for the mean unless there is no other. `best` passes over NaN unless there is nothing
/// else.
std::optional<double> aggregate(const Objective& objective,
                                std::span<const store::ReportedMeasurement> reported);

}  // namespace winnow::run
