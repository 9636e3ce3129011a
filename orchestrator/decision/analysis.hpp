// What the trials of a study say beyond its winner. A function of its rows: the same study gives
// the same analysis.
#pragma once

#include <optional>

#include "orchestrator/report/analysis_summary.hpp"
#include "searchers/problem/study.hpp"
#include "storage/store.hpp"

namespace winnow::run {

struct AnalysisQuestion {
  std::optional<std::string> metric;    // an objective; nothing: the first
  std::optional<std::int64_t> at_step;  // how far to follow learning curves; nothing: twice as far
                                        // as the longest goes
};

/// Throws ConfigError for a metric that is no objective. What there are too few trials for is left
/// out, and the summary says why.
AnalysisSummary analyse(const StudySpec& study, const store::Store& store,
                        const AnalysisQuestion& question);

}  // namespace winnow::run
