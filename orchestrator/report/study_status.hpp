// Where a study stands, read from its store: the same facts for people and for programs.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "storage/store.hpp"
#include "storage/study_lock.hpp"

namespace winnow::run {

struct RunningAttempt {
  store::AttemptRow row;
  std::int64_t step = 0;
  std::optional<double> latest;  // of the first objective
};

struct StudyStatus {
  store::StudyRow study;
  store::TrialCounts counts;
  /// By its score; what stands for the study otherwise where a caller has looked for it
  /// (decision/chosen_trial).
  std::optional<store::TrialRow> best;
  std::string
      verdict;  // of the decision, if it was looked for and something was tested; else empty
  std::vector<RunningAttempt> running;
  std::optional<store::LockHolder> orchestrator;  // that is at work on the study now
};

StudyStatus status_of(const store::Store& store, std::optional<store::LockHolder> orchestrator);

nlohmann::ordered_json as_json(const StudyStatus& status);
/// The text format of Prometheus, for a textfile collector: trials by state, the best value, the
/// run time, whether an orchestrator is at work. Labels are the study, the state and the metric.
std::string as_prometheus(const StudyStatus& status);
/// Several lines, no wider than `width`.
std::string as_text(const StudyStatus& status, std::size_t width);

}  // namespace winnow::run
