// What has been suggested, what has ended, what may be told and when the next suggestion may be
// asked for: the bookkeeping that makes parallel runs reproducible. No coroutines, no store, no
// clock.
//
// free:   an outcome is told as soon as it is known; the order of tells is the order of endings.
// strict: suggestion n is asked for when all trials ≤ n − w have ended, after exactly these have
// been
//         told, in order of number. Timing and crashes then cannot change a suggestion.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "orchestrator/limits.hpp"
#include "searchers/problem/study.hpp"
#include "searchers/problem/trial.hpp"

namespace winnow::run {

/// An ended trial as the study's limits and the searcher see it.
struct EndedTrial {
  Outcome outcome;
  bool infeasible = false;
  double gpus = 0;  // devices, or the share of one
};

class SearchHistory {
 public:
  explicit SearchHistory(const StudySpec& spec) : spec_(spec) {}

  /// Next to be suggested.
  TrialNumber next() const { return TrialNumber{spec_.known_trials + seen_.suggested}; }
  /// A user's point for the next suggestion; nothing: ask the searcher.
  std::optional<Point> next_user_point() const;
  /// May suggestion next() be asked for now? Only in strict mode may the answer be no.
  bool may_ask() const;
  /// Suggested and not told, in order of number.
  std::vector<Suggestion> pending() const;
  std::int64_t told() const { return told_; }
  SeenSoFar seen() const { return seen_; }
  /// The same with what has ended and is not told yet: for after the last suggestion.
  SeenSoFar seen_with_untold() const;

  /// `suggestion.number` is next().
  void add_suggested(const Suggestion& suggestion);
  /// The trial was suggested before and has not ended.
  void add_ended(EndedTrial trial);
  /// What is to be told now, in order; each counts as told from here on.
  std::vector<Outcome> take_due_tells();
  /// An earlier session suggested next() and told its outcome: replay_told() has it.
  void replay_suggested() { ++seen_.suggested; }
  /// In the order of that session; its suggestion was replayed before, or it is one of the trials
  /// that were known from the beginning.
  void replay_told(const EndedTrial& trial) {
    count(trial, seen_);
    ++told_;
  }

 private:
  void count(const EndedTrial& trial, SeenSoFar& seen) const;
  const StudySpec& spec_;
  SeenSoFar seen_;
  std::map<TrialNumber, Suggestion> untold_;  // suggested and not told
  std::map<TrialNumber, EndedTrial> ended_;   // strict: ended and not told
  std::vector<EndedTrial> fresh_;             // free: ended since the last take_due_tells
  std::int64_t told_ = 0;
};

}  // namespace winnow::run
