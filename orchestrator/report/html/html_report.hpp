// A study as one HTML file: what was decided and why, its plots, its best trials. It opens from
// disk without a network, runs no script, and takes nothing in a study's names and values for
// markup.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/report/analysis_summary.hpp"
#include "orchestrator/report/importance_summary.hpp"
#include "orchestrator/report/pareto_summary.hpp"
#include "searchers/problem/study.hpp"
#include "storage/records.hpp"

namespace winnow::run {

struct ReportContent {
  store::StudyRow study;
  StudySpec spec;
  std::vector<store::TrialRow> trials;
  std::optional<TrialNumber> chosen;
  std::optional<nlohmann::ordered_json> decision;  // its record; nothing: the study is not over
  std::optional<ImportanceSummary> importance;
  std::string no_importance;  // why there is none
  std::optional<AnalysisSummary> analysis;
  std::optional<ParetoSummary> front;
};

/// The whole file.
std::string html_report(const ReportContent& content);

}  // namespace winnow::run
