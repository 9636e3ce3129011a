// Which running trials have fallen behind: the learning curves of the study's search trials, kept
// as they are reported, and the study's stop rule (searchers/stop_rules) asked about them.
//
// free:   a trial is compared with whatever the others have reported by now, and each of its points
// is
//         judged once, when it is new.
// strict: trial n is compared with trials ≤ n − lag only. They have ended, so that timing and
// crashes
//         cannot change the answer, and its whole curve may be judged again and again.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>

#include "searchers/problem/study.hpp"
#include "searchers/stop_rules/stop_rule.hpp"
#include "storage/store.hpp"

namespace winnow::run {

class EarlyStopping {
 public:
  /// The curves and orders that `store` has. Without `early_terminate:` nothing is read, and
  /// nothing is ever stopped. `spec` outlives the object.
  EarlyStopping(const StudySpec& spec, const store::Store& store);

  /// Takes in what a search trial has reported, each row once. The order to stop it: the one that
  /// stands already, or a new one.
  std::optional<search::StopOrder> judge(TrialNumber trial,
                                         std::span<const store::ReportedMeasurement> reported);
  /// Later points do not count: the trial was stopped there, or starts again from there.
  void cut(TrialNumber trial, std::int64_t last_step);

 private:
  void add(const Measurement& measurement, search::LearningCurve& curve) const;
  std::vector<const search::LearningCurve*> others_of(TrialNumber trial) const;

  const StudySpec& spec_;
  std::unique_ptr<search::StopRule> rule_;  // nullptr: none
  std::map<TrialNumber, search::LearningCurve> curves_;
  std::map<TrialNumber, search::StopOrder> orders_;
};

}  // namespace winnow::run
