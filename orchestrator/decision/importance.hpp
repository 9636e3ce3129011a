// Which parameters of a study decide whether a trial is among the best, read off its store.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "orchestrator/report/importance_summary.hpp"
#include "searchers/problem/study.hpp"
#include "storage/records.hpp"

namespace winnow::run {

/// Of the completed search trials with a finite value of `metric`; nothing given: of the study's
/// first objective. Throws ConfigError: the metric is no objective, there are fewer than
/// search::fewest_trials of them, no parameter has more than one value.
ImportanceSummary importance(const StudySpec& study, const std::vector<store::TrialRow>& trials,
                             const std::optional<std::string>& metric);

}  // namespace winnow::run
