// Who enters the proof of a study's winner, and what their fresh trials have shown so far: read off
// the rows of the store, so that a resumed study and `winnow decide --verify` see the same.
#pragma once

#include <cstdint>
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

/// The trials of an arm under one seed, by fold; without folds there is one. Nothing: not started.
using FoldTrials = std::vector<std::optional<TrialNumber>>;

/// A setting of the search whose score would have made it a finalist, had it kept to the bounds.
struct FilteredSetting {
  TrialNumber trial;
  std::size_t bound = 0;        // the first that it breaks: an index of `selection.constraints`
  std::optional<double> value;  // nothing: it did not report the metric
};

struct ChosenArms {
  std::vector<Arm> arms;
  std::vector<FilteredSetting> filtered;
};

/// The row of this trial, which lives as long as `trials` does. Needs: it is one of them, and they
/// are ordered by number; BrokenExpectation otherwise.
const store::TrialRow& row_of(const std::vector<store::TrialRow>& trials, TrialNumber number);

/// Nothing: the trial keeps to all bounds.
std::optional<FilteredSetting> filtered_by(const std::vector<MetricBound>& bounds,
                                           const store::TrialRow& row);

/// What the race and the decision read. fresh and trials: arm × replicate.
struct Finalists {
  std::vector<Arm> arms;
  std::vector<FilteredSetting> filtered;
  FreshTrials fresh;
  std::vector<std::vector<FoldTrials>> trials;
  std::vector<std::vector<double>> costs;           // of completed trials, by arm
  std::vector<std::vector<double>> holdout_values;  // likewise, as measured

  const FoldTrials& trials_of(FreshKey key) const {
    return trials[static_cast<std::size_t>(key.arm)][static_cast<std::size_t>(key.replicate)];
  }
};

/// One trial of the race.
struct FreshRun {
  FreshKey key;
  int fold = 0;  // from 0
  auto operator<=>(const FreshRun&) const = default;
};

/// Needs: `study.selection`; all search trials have ended. The finalists are the best distinct
/// points of the search by the study's objective, ties by number, that keep to the bounds; of
/// several objectives members of the front (front_arms.hpp). The baseline's own point is not
/// among them, and is in the race whatever it breaks.
Finalists gather_finalists(const StudySpec& study, const std::vector<store::TrialRow>& trials);

RaceRules race_rules(const SelectionSpec& selection, const Finalists& finalists);

/// The trials that the race wants and that have not been started, in the order in which to start
/// them.
std::vector<FreshRun> runs_to_start(const Finalists& finalists, const RaceState& race);

/// The same for every arm and fold, and those of no search trial: the folds of a replicate divide
/// the same data in the same way.
struct FreshSeeds {
  std::uint64_t seed = 0, data_seed = 0;
};
FreshSeeds fresh_seeds(const StudySpec& study, std::int64_t replicate);

/// The trial that is `run`.
store::NewTrial fresh_trial(const StudySpec& study, const Finalists& finalists, FreshRun run,
                            TrialNumber number);

}  // namespace winnow::run
