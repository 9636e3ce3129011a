#include "tests/bench/simulated_study.hpp"

#include <algorithm>

#include "orchestrator/search_trial.hpp"
#include "searchers/numerics/rng.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::bench {
namespace {

store::TrialRow ended(store::NewTrial trial, const Objective& objective, const LossLaw& law) {
  store::TrialRow row;
  row.values[objective.metric] = to_value(objective, law.loss(trial.suggestion.point, trial.seed));
  row.trial = std::move(trial);
  row.state = TrialState::completed;
  return row;
}

}  // namespace

double LossLaw::loss(const Point& point, std::uint64_t seed) const {
  search::Rng of_seed(seed, 0, "of the seed"), own(seed, 0, canonical_text(point));
  return mean(point) + seed_sd * of_seed.normal() + own_sd * own.normal();
}

const Point& SimulatedEnd::chosen() const {
  expect(claim.chosen.has_value(), "trials that never fail leave one to choose");
  return finalists.arms[static_cast<std::size_t>(*claim.chosen)].point;
}

std::vector<store::TrialRow> search_rows(const StudySpec& study, const std::vector<Point>& points,
                                         const LossLaw& law) {
  std::vector<store::TrialRow> rows;
  for (const Point& point : points) {
    Suggestion suggestion;
    suggestion.number = TrialNumber{std::ssize(rows)};
    suggestion.point = point;
    rows.push_back(
        ended(run::search_trial(suggestion, study.seed, 0), study.objectives.front(), law));
  }
  return rows;
}

const store::TrialRow& least_score(const StudySpec& study,
                                   const std::vector<store::TrialRow>& rows) {
  const Objective& objective = study.objectives.front();
  return *std::ranges::min_element(rows, {}, [&](const store::TrialRow& row) {
    return to_loss(objective, row.values.at(objective.metric));
  });
}

SimulatedEnd run_selection(const StudySpec& study, std::vector<store::TrialRow> rows,
                           const LossLaw& law) {
  const SelectionSpec& selection = *study.selection;
  SimulatedEnd end;
  while (true) {
    end.finalists = run::gather_finalists(study, rows);
    end.race = run::race(run::race_rules(selection, end.finalists), end.finalists.fresh);
    if (end.race.is_over()) break;
    for (const run::FreshRun& key : run::runs_to_start(end.finalists, end.race)) {
      const TrialNumber next{std::ssize(rows)};
      rows.push_back(
          ended(run::fresh_trial(study, end.finalists, key, next), selection.objective, law));
      ++end.fresh_trials;
    }
  }
  end.claim = run::claim(selection, end.finalists, end.race);
  return end;
}

}  // namespace winnow::bench
