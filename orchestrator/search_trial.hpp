// A trial of the search as the store takes it, and its outcome as the searcher is told it.
#pragma once

#include <cstdint>
#include <vector>

#include "searchers/problem/metric_bound.hpp"
#include "searchers/problem/objective.hpp"
#include "storage/records.hpp"

namespace winnow::run {

/// The random seeds of a search trial: a function of the study's seed and the trial's number.
store::NewTrial search_trial(const Suggestion& suggestion, std::uint64_t study_seed,
                             std::int64_t history);

/// The outcome of an ended trial as the searcher is told it: losses only if every objective has
/// one.
Outcome outcome_of(const Suggestion& suggestion, const store::TrialEndRow& end, double elapsed_s,
                   const std::vector<Objective>& objectives,
                   const std::vector<MetricBound>& bounds = {});

}  // namespace winnow::run
