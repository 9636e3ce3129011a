// Trials that were run elsewhere, by another study or by hand, as knowledge for a new one: those
// whose settings are a point of its space and that say something about its objectives. What is left
// out is counted, with the reason.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "searchers/problem/study.hpp"
#include "storage/store.hpp"

namespace winnow::run {

struct PastTrial {
  std::string name;  // "trial 7", "line 12"
  std::vector<std::pair<std::string, Value>> settings;
  store::MetricValues values;
  Ending ending = Ending::completed;
  std::string reason;  // of an ending other than completed
};

struct Knowledge {
  store::KnownTrials known;
  std::map<std::string, std::vector<std::string>> left_out;  // by reason, the trials' names
  /// A line for each reason: "2 trials left out: …"
  std::vector<std::string> sentences() const;
};

/// Completed trials with a finite value of every objective and every bounded metric, infeasible
/// where one breaks a bound, and those that were infeasible there. A parameter that a trial has no
/// value for has its default. `source`: where they are from, for the record.
Knowledge knowledge_of(const std::vector<PastTrial>& past, const StudySpec& spec,
                       const std::string& source);

/// The search trials of a store that have ended.
std::vector<PastTrial> past_trials(const store::Store& store);

}  // namespace winnow::run
