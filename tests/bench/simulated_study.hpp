// A study whose scores are drawn from a known law, so that what a selection announces can be held
// against the truth. Everything that decides is the program's own: finalists, race, claim.
#pragma once

#include <functional>
#include <vector>

#include "orchestrator/decision/claim.hpp"
#include "searchers/problem/study.hpp"
#include "storage/records.hpp"

namespace winnow::bench {

/// The loss of a setting under a random seed: its mean, plus what the seed does to every setting
/// alike, plus noise of this seed and setting alone. A difference of two settings under the same
/// seed has √2 · own_sd.
struct LossLaw {
  std::function<double(const Point&)> mean;
  double seed_sd = 1;
  double own_sd = 1;

  double loss(const Point& point, std::uint64_t seed) const;
};

/// What a study came to, and what it cost.
struct SimulatedEnd {
  run::Finalists finalists;
  run::RaceState race;
  run::Claim claim;
  int fresh_trials = 0;

  /// The setting that was chosen. Needs: one was.
  const Point& chosen() const;
};

/// A search trial of each point, in this order, each under its own seed as in a real study.
std::vector<store::TrialRow> search_rows(const StudySpec& study, const std::vector<Point>& points,
                                         const LossLaw& law);

/// The search trial with the least score: what a search without a selection announces.
const store::TrialRow& least_score(const StudySpec& study,
                                   const std::vector<store::TrialRow>& rows);

/// Runs the race of `study.selection` from the rows of its search to the claim, as a session does:
/// only what the race wants is run.
SimulatedEnd run_selection(const StudySpec& study, std::vector<store::TrialRow> rows,
                           const LossLaw& law);

}  // namespace winnow::bench
