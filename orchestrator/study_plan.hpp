// What a study would do, worked out without doing any of it: the first proposals, the first trial
// to the last byte of its arguments, and what the whole may cost.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/attempt.hpp"
#include "orchestrator/config/study_config.hpp"
#include "orchestrator/study_folder.hpp"
#include "searchers/auto_plan.hpp"

namespace winnow::run {

struct PlannedTrial {
  Suggestion suggestion;
  bool is_users = false;  // of the study's `points`
};

/// Counts are upper bounds; nothing: unbounded.
struct PlannedCost {
  std::optional<std::int64_t> search_trials;
  std::int64_t finalists = 0;          // in the proof of the winner, the baseline among them
  std::int64_t seeds = 0;              // fresh ones for each
  std::int64_t folds = 1;              // trials of each setting under each seed
  std::optional<double> trial_time_s;  // of all trials, each run to its timeout
  std::optional<double> elapsed_s;     // the same, as many at once as may be

  std::int64_t fresh_trials() const { return finalists * seeds * folds; }
};

struct StudyPlan {
  /// As if nothing had ended yet: exact for the first `exact`, which is as many as are begun before
  /// any outcome can matter.
  std::vector<PlannedTrial> proposals;
  std::int64_t exact = 0;
  bool waits = false;                        // the method wants outcomes before it proposes more
  bool finished = false;                     // the method has nothing more to propose
  std::vector<search::PlannedStage> stages;  // of the method `auto`; else empty
  PlannedCost cost;
  AttemptRequest first;                  // attempt 1 of trial 0; its token is a placeholder
  std::vector<std::string> environment;  // of it, what winnow adds to or changes in its own
  std::vector<std::string> warnings;     // about this machine
};

/// `folder`: where the study would live. Throws SystemError, ConfigError when the program is
/// missing here.
StudyPlan plan_study(const StudyConfig& config, const StudyFolder& folder, std::int64_t proposals);

/// Several lines; values of variables that look like secrets are not shown.
std::string as_text(const StudyPlan& plan, const StudyConfig& config, std::size_t width);
nlohmann::ordered_json as_json(const StudyPlan& plan, const StudyConfig& config);

}  // namespace winnow::run
