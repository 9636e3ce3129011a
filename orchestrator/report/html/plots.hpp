// The plots of a study's report, each one SVG; empty where there is nothing to draw.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "orchestrator/report/analysis_summary.hpp"
#include "orchestrator/report/importance_summary.hpp"
#include "orchestrator/report/pareto_summary.hpp"
#include "searchers/problem/objective.hpp"
#include "storage/records.hpp"

namespace winnow::run {

/// Every completed trial of the search, and the best so far. `chosen` is marked.
std::string history_plot(const std::vector<store::TrialRow>& trials, const Objective& objective,
                         std::optional<TrialNumber> chosen);

/// `record`: a decision's, with arms. Each arm's fresh values, their mean and its 95 % interval,
/// and the score that made it a finalist.
std::string finalists_plot(const nlohmann::ordered_json& record, const Objective& objective);

/// Chosen against baseline under each seed, improvements to the right; the tested interval.
std::string differences_plot(const nlohmann::ordered_json& record, const Objective& objective);

/// Mean ranks of the arms on the seeds that all of them had, with bars over those that Nemenyi's
/// test does not tell apart: a critical-difference diagram. Needs three arms and Friedman's test.
std::string ranks_plot(const nlohmann::ordered_json& record, const Objective& objective);

/// What Friedman's test says of them; empty where there is no such plot.
std::string ranks_sentence(const nlohmann::ordered_json& record, const Objective& objective);

std::string importance_plot(const ImportanceSummary& summary);

/// Held-out scores against what the model said of them, on the line that they should lie on.
std::string calibration_plot(const ModelQuality& quality, const std::string& metric);

/// A parameter's trials, and the mean score over the whole space as a line with the trees' spread.
std::string slice_plot(const ParameterEffect& effect, const std::string& metric);

/// All trials by the first two objectives, and the front.
std::string front_plot(const ParetoSummary& summary, const std::vector<store::TrialRow>& trials);

}  // namespace winnow::run
