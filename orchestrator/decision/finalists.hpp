// Who enters the proof of a study's winner, and what their fresh trials have shown so far: read off
// the rows of the store, so that a resumed study and `winnow decide --verify` see the same.
#pragma once

#include <optional>
#include <vector>

#include "orchestrator/decision/race.hpp"
#include "searchers/problem/study.hpp"
#include "storage/records.hpp"

namespace winnow::run {

/// A setting in the race. The baseline, where there is one, is the first.
struct Arm {
  Point point;
  bool is_baseline = false;
  std::optional<TrialNumber> search_trial;  // the best of the search with this point
  std::optional<double> search_value;       // of the study's objective
};

/// What the race and the decision read. fresh, trials and the lists below: arm × replicate.
struct Finalists {
  std::vector<Arm> arms;
  FreshTrials fresh;
  std::vector<std::vector<std::optional<TrialNumber>>> trials;  // nothing: not started
  std::vector<std::vector<double>> costs;                       // of completed ones, by arm
  std::vector<std::vector<double>> holdout_values;              // likewise, as measured

  bool is_started(FreshKey key) const {
    return trials[static_cast<std::size_t>(key.arm)][static_cast<std::size_t>(key.replicate)]
        .has_value();
  }
};

/// Needs: `study.selection`; all search trials have ended. The finalists are the best distinct
/// points of the search by the study's objective, ties by number; the baseline's own point is not
/// among them.
Finalists gather_finalists(const StudySpec& study, const std::vector<store::TrialRow>& trials);

RaceRules race_rules(const SelectionSpec& selection, const Finalists& finalists);

/// The trial that runs `key`. Its seeds are those of the replicate, the same for every arm, and not
/// those of any search trial.
store::NewTrial fresh_trial(const StudySpec& study, const Finalists& finalists, FreshKey key,
                            TrialNumber number);

}  // namespace winnow::run
