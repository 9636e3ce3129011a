// The front of a study with several objectives under fresh seeds.
#include "orchestrator/decision/front_decision.hpp"

#include <catch2/catch.hpp>
#include <functional>

#include "orchestrator/decision/front_arms.hpp"
#include "orchestrator/decision/front_replication.hpp"
#include "searchers/numerics/hypervolume.hpp"
#include "searchers/numerics/rng.hpp"

using namespace winnow;
using namespace winnow::run;
using Catch::Contains;

namespace {

/// Settings 1 to 4 lie on a front of (error, −speed); 5 was lucky in the search; 0 is the default.
const std::vector<std::pair<double, double>> truth = {{0.5, 1}, {0.1, 1},    {0.2, 4},
                                                      {0.4, 6}, {0.45, 6.2}, {0.6, 0.5}};

StudySpec study() {
  StudySpec study;
  study.name = "fronts";
  study.objectives = {{"error"}, {"speed", Direction::maximize}};
  study.method = "nsga2";
  study.seed = 5;
  SelectionSpec selection;
  selection.objective = study.objectives.front();
  selection.finalists = 5;
  selection.seeds = 10;
  selection.looks = 0;
  selection.baseline = Point({{"x", std::int64_t{0}}});
  study.selection = selection;
  return study;
}

store::TrialRow ended(store::NewTrial trial, double error, double speed) {
  store::TrialRow row;
  row.trial = std::move(trial);
  row.state = TrialState::completed;
  row.values = {{"error", error}, {"speed", speed}};
  return row;
}

std::vector<store::TrialRow> searched() {
  std::vector<store::TrialRow> rows;
  for (std::int64_t x = 0; x < 6; ++x) {
    store::NewTrial trial;
    trial.suggestion.number = TrialNumber{x};
    trial.suggestion.point = Point({{"x", x}});
    const auto [error, speed] = truth[static_cast<std::size_t>(x)];
    rows.push_back(x == 5 ? ended(trial, 0.05, 3) : ended(trial, error, speed));
  }
  return rows;
}

/// Runs all that the selection wants, with noise of the given size; fresh seeds of x = `failing`
/// fail.
std::vector<store::TrialRow> run_all(const StudySpec& spec, double noise,
                                     std::int64_t failing = -1) {
  std::vector<store::TrialRow> rows = searched();
  while (true) {
    const Finalists finalists = gather_finalists(spec, rows);
    const RaceState raced = race(race_rules(*spec.selection, finalists), finalists.fresh);
    const std::vector<FreshRun> runs = runs_to_start(finalists, raced);
    if (runs.empty()) return rows;
    const TrialNumber next{std::ssize(rows)};
    store::NewTrial trial = fresh_trial(spec, finalists, runs.front(), next);
    const auto x = std::get<std::int64_t>(*trial.suggestion.point.find("x"));
    const auto [error, speed] = truth[static_cast<std::size_t>(x)];
    search::Rng rng(trial.seed, x, "noise");
    rows.push_back(ended(trial, error + noise * rng.normal(), speed + noise * rng.normal()));
    if (x != failing) continue;
    rows.back().state = TrialState::failed;
    rows.back().values.clear();
  }
}

}  // namespace

TEST_CASE("finalists are members of the front, the baseline besides") {
  const std::vector<Arm> arms = front_arms(study(), searched()).arms;
  REQUIRE(arms.size() == 5);  // 1 is dominated by the lucky one
  CHECK(arms[0].is_baseline);
  for (std::size_t arm = 1; arm < arms.size(); ++arm) {
    const auto x = std::get<std::int64_t>(*arms[arm].point.find("x"));
    CHECK(x >= 2);
  }
  StudySpec few = study();
  few.selection->finalists = 2;
  CHECK(front_arms(few, searched()).arms.size() == 3);
}

TEST_CASE(
    "fresh seeds say who is on the front by luck, and whether the choice beats the baseline") {
  const StudySpec spec = study();
  const Decision decision = decide(spec, run_all(spec, 0.02));
  const auto& record = decision.record;
  CHECK(record.at("verdict") == "improved");
  CHECK(record.at("pairs") == 10);
  REQUIRE(record.at("objectives").size() == 2);
  CHECK(record.at("objectives")[0].at("improvement") > 0.0);
  CHECK(record.at("objectives")[1].at("improvement") > 2.0);
  for (const auto& arm : record.at("arms")) {
    if (arm.at("search_trial") == 5) CHECK(arm.at("membership") == 0.0);
    if (arm.at("search_trial") == 2) CHECK(arm.at("membership") == Approx(1));
    CHECK(arm.at("attained_interval")[0] <= arm.at("attained"));
  }
  const auto& front = record.at("front");
  CHECK(front.at("chosen_by") == "knee");
  CHECK(front.at("hypervolume_interval")[0] < front.at("hypervolume"));
  CHECK(front.at("hypervolume_interval")[1] > front.at("hypervolume"));
  CHECK(front.at("search_hypervolume").is_number());
  const std::string text = decision_text(record, 160);
  CHECK_THAT(text, Contains("by luck") && Contains("hypervolume of the") &&
                       Contains("speed: improvement"));
  CHECK(decide(spec, run_all(spec, 0.02)).record == record);
}

TEST_CASE("a finalist that never succeeds again belongs to no front, and the others are judged") {
  const StudySpec spec = study();
  const Decision decision = decide(spec, run_all(spec, 0.02, 3));
  const auto& record = decision.record;
  CHECK(record.at("verdict") == "improved");
  CHECK(record.at("front").at("common_seeds") == 10);
  for (const auto& arm : record.at("arms")) {
    if (arm.at("search_trial") != 3) continue;
    CHECK(arm.at("means").at("error").is_null());
    CHECK(arm.at("membership") == 0.0);
    CHECK_FALSE(arm.at("on_front").get<bool>());
  }
  CHECK_THAT(decision_text(record, 160), Contains("trial 3 succeeded under no fresh seed"));
  const Decision baseless = decide(spec, run_all(spec, 0.02, 0));
  CHECK(baseless.record.at("verdict") == "not_proven");
  CHECK_THAT(decision_text(baseless.record, 160),
             Contains("the baseline succeeded under no fresh seed"));
}

TEST_CASE("noise that covers everything proves nothing of a front") {
  const StudySpec spec = study();
  const Decision decision = decide(spec, run_all(spec, 5));
  CHECK(decision.record.at("verdict") == "not_proven");
  StudySpec without = spec;
  without.selection->baseline.reset();
  const Decision untested = decide(without, run_all(without, 0.02));
  CHECK(untested.record.at("verdict") == "not_tested");
  CHECK(untested.chosen.has_value());
  StudySpec weighted = spec;
  weighted.method = "weighted_sum";
  weighted.method_options = {{"weight_1", 0.0}, {"weight_2", 1.0}};
  const Decision fastest = decide(weighted, run_all(weighted, 0.001));
  CHECK(fastest.chosen == TrialNumber{4});
  CHECK(fastest.record.at("front").at("chosen_by") == "the weights of the method");
}

TEST_CASE("copies of one number prove nothing of a front, one exact objective is a fact") {
  const StudySpec spec = study();
  const Decision copies = decide(spec, run_all(spec, 0));
  CHECK(copies.record.at("verdict") == "not_tested");
  CHECK_THAT(decision_text(copies.record, 160), Contains("copies of one number"));
  for (const auto& arm : copies.record.at("arms")) {
    // What a setting always comes to, it attains under every seed.
    CHECK(arm.at("attained") == 1.0);
  }
  std::vector<store::TrialRow> rows = run_all(spec, 0.02);
  for (store::TrialRow& row : rows) {
    if (row.trial.role == store::Role::search) continue;
    const auto x = std::get<std::int64_t>(*row.trial.suggestion.point.find("x"));
    row.values["speed"] = truth[static_cast<std::size_t>(x)].second;
  }
  const Decision exact = decide(spec, rows);
  CHECK(exact.record.at("verdict") == "improved");
  CHECK(exact.record.at("objectives")[1].at("certain") == true);
  CHECK(exact.record.at("objectives")[1].at("p").is_null());
  CHECK(exact.record.at("objectives")[0].at("p") == 2.0 / 1024);
}

TEST_CASE("membership is that of a second way of counting") {
  // Two arms, two seeds: the draws of the seeds are (1,1), (1,2), (2,1), (2,2).
  const FrontReplicates losses = {{search::Losses{0, 0}, search::Losses{2, 2}},
                                  {search::Losses{1, 1}, search::Losses{0, 0}}};
  const auto front = replicate_front(losses, {0, 1});
  REQUIRE(front);
  // Means (0,0), (1,1), (1,1), (2,2) against (1,1), (.5,.5), (.5,.5), (0,0).
  CHECK(front->arms[0].membership == Approx(0.25).margin(0.03));
  CHECK(front->arms[1].membership == Approx(0.75).margin(0.03));
  CHECK(front->arms[1].is_on_front);
  CHECK_FALSE(front->arms[0].is_on_front);
  CHECK(front->arms[1].attained == 1);
  CHECK(front->hypervolume ==
        search::hypervolume(std::vector<search::Losses>{{0.5, 0.5}}, front->reference));
  const auto alone = replicate_front(losses, {0});
  CHECK(alone->arms[0].membership == Approx(1));
  CHECK(alone->arms[1].membership == 0);
  CHECK(alone->knee == 0);
  const FrontReplicates apart = {{search::Losses{0, 0}, std::nullopt},
                                 {std::nullopt, search::Losses{0, 0}}};
  CHECK_FALSE(replicate_front(apart, {0, 1}));
}

TEST_CASE("of a front, who no longer reports a bounded metric is no member of it") {
  StudySpec spec = study();
  std::vector<store::TrialRow> rows = run_all(spec, 0.02);
  for (store::TrialRow& row : rows) {
    const auto x = std::get<std::int64_t>(*row.trial.suggestion.point.find("x"));
    const bool is_silent = x == 2 && row.trial.role != store::Role::search;
    if (!is_silent) row.values["size"] = 5;
  }
  spec.selection->constraints = {{"size", MetricBound::Side::at_most, 10}};
  const auto record = decide(spec, rows).record;
  for (const auto& arm : record.at("arms")) {
    if (arm.at("search_trial") == 2) CHECK(arm.at("membership") == 0.0);
  }
  CHECK(record.at("chosen").at("number") != 2);
  CHECK_THAT(record.at("reasons").dump(), Contains("trial 2 succeeded under no fresh seed"));
}

TEST_CASE("of a front, who breaks a constraint is left out before the race and after it") {
  StudySpec spec = study();
  spec.selection->constraints = {{"size", MetricBound::Side::at_most, 10}};
  std::vector<store::TrialRow> rows = searched();
  for (store::TrialRow& row : rows) row.values["size"] = 5;
  rows[3].values["size"] = 11;   // on the front, and too large
  rows[1].values.erase("size");  // dominated by the lucky one
  const ChosenArms chosen = front_arms(spec, rows);
  REQUIRE(chosen.filtered.size() == 1);
  CHECK(chosen.filtered[0].trial == TrialNumber{3});
  CHECK(chosen.filtered[0].value == 11.0);
  for (const Arm& arm : chosen.arms) CHECK(arm.search_trial != TrialNumber{3});

  while (true) {
    const Finalists finalists = gather_finalists(spec, rows);
    const RaceState raced = race(race_rules(*spec.selection, finalists), finalists.fresh);
    const std::vector<FreshRun> runs = runs_to_start(finalists, raced);
    if (runs.empty()) break;
    store::NewTrial trial =
        fresh_trial(spec, finalists, runs.front(), TrialNumber{std::ssize(rows)});
    const auto x = std::get<std::int64_t>(*trial.suggestion.point.find("x"));
    const auto [error, speed] = truth[static_cast<std::size_t>(x)];
    search::Rng rng(trial.seed, x, "noise");
    rows.push_back(ended(trial, error + 0.01 * rng.normal(), speed + 0.01 * rng.normal()));
    rows.back().values["size"] = x == 2 ? 12 : 5;
  }
  const auto record = decide(spec, rows).record;
  for (const auto& arm : record.at("arms")) {
    if (arm.at("search_trial") != 2) continue;
    CHECK(arm.at("on_front") == false);
    CHECK(arm.at("membership") == 0.0);
    CHECK(arm.at("constraints")[0].at("mean") == 12.0);
  }
  CHECK(record.at("chosen").at("number") == 4);
  CHECK(record.at("filtered").at("trials")[0].at("trial") == 3);
  CHECK_THAT(record.at("reasons").dump(), Contains("trial 2 breaks a constraint"));
}

TEST_CASE("with folds an objective counts by the mean of a seed's folds") {
  StudySpec spec = study();
  spec.selection->folds = 2;
  spec.selection->finalists = 2;
  std::vector<store::TrialRow> rows = searched();
  while (true) {
    const Finalists finalists = gather_finalists(spec, rows);
    const RaceState raced = race(race_rules(*spec.selection, finalists), finalists.fresh);
    const std::vector<FreshRun> runs = runs_to_start(finalists, raced);
    if (runs.empty()) break;
    store::NewTrial trial =
        fresh_trial(spec, finalists, runs.front(), TrialNumber{std::ssize(rows)});
    const auto x = std::get<std::int64_t>(*trial.suggestion.point.find("x"));
    const auto [error, speed] = truth[static_cast<std::size_t>(x)];
    const double fold = trial.fold == 0 ? 1 : -1;
    rows.push_back(ended(trial, error + 0.25 * fold, speed + 0.5 * fold));
  }
  const auto record = decide(spec, rows).record;
  CHECK(record.at("folds") == 2);
  for (const auto& arm : record.at("arms")) {
    const auto x = arm.at("search_trial").get<std::size_t>();
    CHECK(arm.at("means").at("speed").get<double>() == Approx(truth[x].second));
    CHECK(arm.at("sds").at("error").get<double>() == Approx(0).margin(1e-12));
  }
}

TEST_CASE("what is worse than the baseline is called worse, and one pair of seeds shows nothing") {
  StudySpec spec = study();
  spec.method = "weighted_sum";
  spec.method_options = {{"weight_1", 0.0}, {"weight_2", 1.0}};
  spec.selection->baseline = Point({{"x", std::int64_t{2}}});
  const Decision slower = decide(spec, run_all(spec, 0.001));
  CHECK(slower.record.at("verdict") == "not_proven");
  CHECK_THAT(decision_text(slower.record, 160), Contains("better than the baseline in speed") &&
                                                    Contains("worse than the baseline in error") &&
                                                    !Contains("to be equal"));
  CHECK_THAT(decision_text(slower.record, 160), Contains("the weighted sum takes trial"));

  const StudySpec plain = study();
  std::vector<store::TrialRow> rows = run_all(plain, 0.001);
  for (store::TrialRow& row : rows) {
    const bool is_lost = row.trial.role != store::Role::search && row.trial.replicate > 1;
    if (is_lost) row.state = TrialState::failed;
  }
  const Decision single = decide(plain, rows);
  CHECK(single.record.at("pairs") == 1);
  CHECK(single.record.at("dropped_pairs") == 9);
  CHECK_THAT(single.record.at("reasons").dump(),
             Contains("9 of 10 pairs of seeds are not compared"));
  CHECK(single.record.at("verdict") == "not_proven");
  CHECK_THAT(decision_text(single.record, 160), !Contains("the same values again"));
}
