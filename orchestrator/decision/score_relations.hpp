// What a study's score goes with: its parameters, the size of the data among them, its other
// metrics, and the time that trials take.
#pragma once

#include <vector>

#include "orchestrator/report/analysis_summary.hpp"
#include "searchers/problem/study.hpp"
#include "storage/records.hpp"

namespace winnow::run {

/// Of every metric of the completed search trials, the objectives first.
MetricSpreads metric_spreads(const StudySpec& study, const std::vector<store::TrialRow>& trials);

/// Corrected for all that are tested here (Holm). What does not vary, or is known of fewer than
/// three trials, is left out. The strongest first.
std::vector<Relation> score_relations(const StudySpec& study,
                                      const std::vector<store::TrialRow>& trials,
                                      const Objective& objective);

}  // namespace winnow::run
