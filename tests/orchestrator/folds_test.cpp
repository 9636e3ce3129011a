// Fresh seeds whose data is divided into folds: what counts as one measurement, and by which test.
#include <catch2/catch.hpp>

#include "orchestrator/decision/claim.hpp"
#include "orchestrator/decision/decision.hpp"
#include "searchers/stats/correlated_t.hpp"

using namespace winnow;
using namespace winnow::run;

namespace {

StudySpec study_with_folds(int seeds, int folds) {
  StudySpec study;
  study.objectives = {{"loss"}};
  study.seed = 3;
  SelectionSpec selection;
  selection.objective = study.objectives.front();
  selection.finalists = 1;
  selection.seeds = seeds;
  selection.looks = 0;
  selection.folds = folds;
  selection.baseline = Point({{"x", std::int64_t{0}}});
  study.selection = selection;
  return study;
}

store::TrialRow ended(store::NewTrial trial, std::optional<double> loss) {
  store::TrialRow row;
  row.trial = std::move(trial);
  row.state = loss ? TrialState::completed : TrialState::failed;
  if (loss) row.values["loss"] = *loss;
  return row;
}

/// Search trials of the points x = 0 and x = 1.
std::vector<store::TrialRow> searched() {
  std::vector<store::TrialRow> rows;
  for (const std::int64_t x : {0, 1}) {
    store::NewTrial trial;
    trial.suggestion.number = TrialNumber{x};
    trial.suggestion.point = Point({{"x", x}});
    rows.push_back(ended(trial, 1.0));
  }
  return rows;
}

/// Ends the next run that the race wants with what `loss` says of it; false: it wants none.
bool run_next(const StudySpec& study, std::vector<store::TrialRow>& rows,
              const std::function<std::optional<double>(const FreshRun&)>& loss) {
  const Finalists finalists = gather_finalists(study, rows);
  const RaceState raced = race(race_rules(*study.selection, finalists), finalists.fresh);
  const std::vector<FreshRun> runs = runs_to_start(finalists, raced);
  if (runs.empty()) return false;
  const TrialNumber next{std::ssize(rows)};
  rows.push_back(ended(fresh_trial(study, finalists, runs.front(), next), loss(runs.front())));
  return true;
}

}  // namespace

TEST_CASE("every fold of a seed is a trial under the same seeds, and all arms have the same") {
  const StudySpec study = study_with_folds(2, 3);
  std::vector<store::TrialRow> rows = searched();
  while (run_next(study, rows, [](const FreshRun&) { return 1.0; })) {
  }
  REQUIRE(rows.size() == 2 + 2 * 2 * 3);
  for (std::size_t k = 2; k < rows.size(); ++k) {
    CAPTURE(k);
    const store::NewTrial& trial = rows[k].trial;
    CHECK(trial.fold == static_cast<int>((k - 2) % 3));
    CHECK(trial.replicate == (k < 8 ? 1 : 2));
    CHECK(trial.data_seed == rows[k < 8 ? 2 : 8].trial.data_seed);
    CHECK(trial.seed == rows[k < 8 ? 2 : 8].trial.seed);
  }
  CHECK(rows[2].trial.seed != rows[8].trial.seed);
}

TEST_CASE("a seed counts by the mean of its folds, when all have ended, and fails with one") {
  const StudySpec study = study_with_folds(1, 3);
  std::vector<store::TrialRow> rows = searched();
  const auto by_fold = [](const FreshRun& run) -> std::optional<double> {
    if (run.key.arm == 1 && run.fold == 2) return std::nullopt;
    return run.fold * run.fold;
  };
  run_next(study, rows, by_fold);
  run_next(study, rows, by_fold);
  CHECK_FALSE(gather_finalists(study, rows).fresh[0][0].has_ended);
  while (run_next(study, rows, by_fold)) {
  }
  const Finalists end = gather_finalists(study, rows);
  CHECK(end.fresh[0][0].loss == Approx(5.0 / 3));
  CHECK(end.fresh[0][0].fold_losses == std::vector<double>{0, 1, 4});
  CHECK(end.fresh[1][0].has_ended);
  CHECK_FALSE(end.fresh[1][0].loss);
}

TEST_CASE("seven seeds of three folds are seven pairs; corrected_t alone takes the folds") {
  StudySpec study = study_with_folds(7, 3);
  std::vector<store::TrialRow> rows = searched();
  const auto loss = [](const FreshRun& run) {
    const double noise = 0.1 * ((run.key.replicate * 5 + run.fold * 3 + run.key.arm * 2) % 7);
    return (run.key.arm == 1 ? 0.5 : 1.0) + noise;
  };
  while (run_next(study, rows, loss)) {
  }
  const auto record = decide(study, rows).record;
  CHECK(record.at("folds") == 3);
  CHECK(record.at("pairs") == 7);
  CHECK(record.at("arms")[0].at("fresh_trials")[0] == nlohmann::json::parse("[2, 3, 4]"));

  study.selection->test = PairedTest::corrected_t;
  const Finalists finalists = gather_finalists(study, rows);
  const stats::Differences folds = paired_folds(finalists.fresh, 0, 1, 7);
  REQUIRE(folds.values.size() == 21);
  const auto corrected = decide(study, rows).record;
  CHECK(corrected.at("pairs") == 7);
  CHECK(corrected.at("power_one_sd").is_null());
  CHECK(corrected.at("p").get<double>() == stats::corrected_t(folds, 0.5)->test.p);
}

TEST_CASE("one seed of five folds can be tested by corrected_t") {
  StudySpec study = study_with_folds(1, 5);
  study.selection->test = PairedTest::corrected_t;
  std::vector<store::TrialRow> rows = searched();
  while (run_next(study, rows, [](const FreshRun& run) {
    return (run.key.arm == 1 ? 0.0 : 1.0) + 0.01 * (run.fold * (run.key.arm + 1) % 3);
  })) {
  }
  const Finalists finalists = gather_finalists(study, rows);
  const Claim one = claim(*study.selection, finalists,
                          race(race_rules(*study.selection, finalists), finalists.fresh));
  CHECK(one.verdict == VerdictWord::improved);
  REQUIRE(one.test);
  CHECK(one.test->interval->low > 0);
}
