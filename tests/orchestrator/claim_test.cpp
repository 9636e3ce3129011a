#include "orchestrator/decision/claim.hpp"

#include <catch2/catch.hpp>

#include "orchestrator/decision/decision.hpp"

using namespace winnow;
using namespace winnow::run;

namespace {

using Losses = std::vector<std::optional<double>>;

/// The baseline first, then finalists, each with the losses of its fresh trials; nothing: failed.
Finalists finalists(const std::vector<Losses>& arms) {
  Finalists made;
  for (std::size_t arm = 0; arm < arms.size(); ++arm) {
    const Point point({{"x", static_cast<std::int64_t>(arm)}});
    made.arms.push_back({point, arm == 0, TrialNumber{static_cast<std::int64_t>(arm)}, 0.0});
    std::vector<FreshTrial> fresh;
    for (const auto& loss : arms[arm]) fresh.push_back({true, loss});
    made.fresh.push_back(fresh);
    made.trials.emplace_back(fresh.size(), FoldTrials{TrialNumber{100}});
    made.costs.emplace_back(1, 10.0 - static_cast<double>(arm));  // later arms are cheaper
    made.holdout_values.emplace_back();
  }
  return made;
}

SelectionSpec selection(int seeds) {
  SelectionSpec spec;
  spec.objective.metric = "loss";
  spec.seeds = seeds;
  spec.looks = 0;
  return spec;
}

Claim claimed(const SelectionSpec& spec, const Finalists& arms) {
  return claim(spec, arms, race(race_rules(spec, arms), arms.fresh));
}

const Losses worse = {1.0, 1.2, 0.9, 1.1, 1.3, 0.8, 1.0, 1.2};
const Losses better = {0.5, 0.6, 0.3, 0.6, 0.9, 0.2, 0.4, 0.7};

}  // namespace

TEST_CASE("a setting that is better under all of eight seeds is an improvement, corrected") {
  const Claim one = claimed(selection(8), finalists({worse, better}));
  CHECK(one.verdict == VerdictWord::improved);
  CHECK(one.chosen == 1);
  REQUIRE(one.test);
  CHECK(one.test->p == Approx(2.0 / 256));
  CHECK(one.test->p_corrected == Approx(2.0 / 256));
  CHECK(one.test->wins == 1);
  CHECK(one.test->interval->low > 0);
  REQUIRE(one.test->effect_interval);
  CHECK(one.test->effect_interval->contains(*one.test->effect));
  CHECK(one.test->effect_interval->low > 0);
  CHECK(one.reasons.back() ==
        "not concluded: that it is better than settings that were never tried");
  // Three finalists started: the same data, three times the p-value.
  const Claim of_three = claimed(selection(8), finalists({worse, better, worse, worse}));
  CHECK(of_three.test->p_corrected == Approx(6.0 / 256));
}

TEST_CASE("five seeds cannot prove anything, and the record says so") {
  const Losses five(better.begin(), better.begin() + 5), base(worse.begin(), worse.begin() + 5);
  const Claim claim = claimed(selection(5), finalists({base, five}));
  CHECK(claim.verdict == VerdictWord::not_proven);
  CHECK(claim.test->p == Approx(2.0 / 32));
  CHECK(claim.reasons.back().find("no result could have been significant") != std::string::npos);
}

TEST_CASE("a test that does not reject is no proof of equality; two one-sided tests are") {
  const Losses same = {1.01, 1.19, 0.91, 1.09, 1.29, 0.81, 1.01, 1.18};
  SelectionSpec spec = selection(8);
  CHECK(claimed(spec, finalists({worse, same})).verdict == VerdictWord::not_proven);
  spec.margin = 0.05;
  const Claim claim = claimed(spec, finalists({worse, same}));
  CHECK(claim.verdict == VerdictWord::equivalent);
  CHECK(*claim.test->equivalence_p < 0.05);
}

TEST_CASE("an improvement is told apart from one that matters") {
  const auto reasons = [](double gain, double margin) {
    Losses shifted = worse;
    for (std::size_t seed = 0; seed < shifted.size(); ++seed) {
      *shifted[seed] -= gain * (1 + 0.1 * static_cast<double>(seed % 3));
    }
    SelectionSpec spec = selection(8);
    spec.margin = margin;
    const Claim claim = claimed(spec, finalists({worse, shifted}));
    CHECK(claim.verdict == VerdictWord::improved);
    std::string text;
    for (const std::string& reason : claim.reasons) text += reason + "\n";
    return text;
  };
  using Catch::Contains;
  CHECK_THAT(reasons(0.01, 0.05), Contains("by less than the margin of 0.05"));
  CHECK_THAT(reasons(0.045, 0.05), Contains("not concluded: that it is better by more than"));
  CHECK_THAT(reasons(0.5, 0.05), !Contains("margin"));
}

TEST_CASE("within the margin the cheaper setting is chosen") {
  SelectionSpec spec = selection(8);
  Losses nearly = better;
  for (auto& loss : nearly) *loss += 0.01;
  CHECK(claimed(spec, finalists({worse, better, nearly})).chosen == 1);
  spec.margin = 0.05;
  spec.cost_metric = "size";
  CHECK(claimed(spec, finalists({worse, better, nearly})).chosen == 2);
}

TEST_CASE("without a cost the better mean is chosen, whatever the margin") {
  SelectionSpec spec = selection(8);
  spec.margin = 10;
  CHECK(claimed(spec, finalists({worse, better, worse})).chosen == 1);
}

TEST_CASE("seeds that change nothing are no evidence, however many there are") {
  const Losses always_one(8, 1.0), always_half(8, 0.5);
  const Claim claim = claimed(selection(8), finalists({always_one, always_half}));
  CHECK(claim.verdict == VerdictWord::not_tested);
  CHECK(claim.chosen == 1);
  CHECK_FALSE(claim.test);
  CHECK(claim.reasons.back().starts_with("every fresh seed gave the same value again"));
  CHECK(claimed(selection(8), finalists({worse, always_half})).test);
}

TEST_CASE("what cannot be computed is left out, and said") {
  Losses shifted = worse;
  for (auto& loss : shifted) *loss -= 0.25;
  SelectionSpec spec = selection(8);
  spec.test = PairedTest::paired_t;
  const Claim claim = claimed(spec, finalists({worse, shifted}));
  REQUIRE(claim.test);
  CHECK(claim.verdict == VerdictWord::not_proven);
  CHECK_FALSE(claim.test->interval);
  CHECK_FALSE(claim.test->effect);
  CHECK(claim.reasons.front().starts_with("the test says nothing: "));
}

TEST_CASE("where nothing beats the baseline, it is kept and nothing is proven") {
  const Claim claim = claimed(selection(8), finalists({better, worse}));
  CHECK(claim.chosen == 0);
  CHECK(claim.verdict == VerdictWord::not_proven);
  CHECK_FALSE(claim.test);
}

TEST_CASE("seeds that failed in one arm drop the pair and are counted") {
  Losses holed = better;
  holed[2] = std::nullopt;
  const Claim claim = claimed(selection(8), finalists({worse, holed}));
  CHECK(claim.test->pairs == 7);
  CHECK(claim.test->dropped_pairs == 1);
  Losses holed_too = worse;
  holed_too[2] = std::nullopt;
  CHECK(claimed(selection(8), finalists({holed_too, holed})).test->dropped_pairs == 1);
  CHECK(claim.test->failed_chosen == 1);
  CHECK(claim.test->failed_baseline == 0);
  CHECK(claim.reasons.back() ==
        "1 of 8 pairs of seeds is not compared: the chosen setting failed under 1, the baseline "
        "under 0; not concluded: that it is better where a failure counts");
  const Losses none(8, std::nullopt);
  CHECK(claimed(selection(8), finalists({none, none})).verdict == VerdictWord::not_tested);
}

TEST_CASE("a search without a score races nothing, and says so") {
  CHECK(claimed(selection(8), finalists({Losses(8, std::nullopt)})).reasons.back() ==
        "no trial of the search has a score: nothing was raced");
}

TEST_CASE("a search trial's score is no part of the proof, only of the optimism shown") {
  StudySpec study;
  study.objectives = {{"loss"}};
  study.seed = 1;
  study.selection = selection(6);
  study.selection->baseline = Point({{"x", std::int64_t{0}}});
  std::vector<store::TrialRow> rows;
  const auto add = [&](std::int64_t x, store::Role role, int replicate, double loss) {
    store::TrialRow row;
    row.trial.suggestion.number = TrialNumber{std::ssize(rows)};
    row.trial.suggestion.point = Point({{"x", x}});
    row.trial.role = role;
    row.trial.replicate = replicate;
    row.state = TrialState::completed;
    row.values["loss"] = loss;
    rows.push_back(row);
  };
  add(0, store::Role::search, 0, 1.0);
  add(1, store::Role::search, 0, -5.0);  // a lucky seed
  for (int seed = 1; seed <= 6; ++seed) {
    add(0, store::Role::baseline, seed, 1.0 + 0.01 * seed);
    add(1, store::Role::replicate, seed, 1.0 + 0.02 * (seed % 2));
  }
  const Decision decision = decide(study, rows);
  CHECK(decision.record.at("verdict") == "not_proven");
  CHECK(decision.chosen == TrialNumber{1});
  CHECK(decision.record.at("reasons").dump().find("best score of the search") == std::string::npos);
  CHECK(decision.record.at("optimism").get<double>() == Approx(6.01));
  CHECK(decision.record.at("arms").size() == 2);
  const std::string text = decision_text(decision.record, 100);
  CHECK(text.find("above 0 is worse): 6.01") != std::string::npos);
}

TEST_CASE("a loss that no test can use counts as a failure, whatever its size is proven") {
  for (const double unit : {1e-200, 1e200}) {
    StudySpec study;
    study.objectives = {{"loss"}};
    study.selection = selection(8);
    study.selection->looks = 1;
    study.selection->baseline = Point({{"x", std::int64_t{0}}});
    std::vector<store::TrialRow> rows;
    for (int seed = 0; seed <= 8; ++seed) {
      for (std::int64_t x = 0; x < 2; ++x) {
        store::TrialRow row;
        row.trial.suggestion.number = TrialNumber{std::ssize(rows)};
        row.trial.suggestion.point = Point({{"x", x}});
        row.trial.role = seed == 0 ? store::Role::search
                         : x == 0  ? store::Role::baseline
                                   : store::Role::replicate;
        row.trial.replicate = seed;
        row.state = TrialState::completed;
        const auto shift = static_cast<double>((seed * (3 + x)) % 7);
        // Only the baseline, and only under its first fresh seed, where the unit is huge.
        const bool is_in_units = unit < 1 || (x == 0 && seed == 1);
        row.values["loss"] =
            (3.0 - static_cast<double>(x) + 0.01 * shift) * (is_in_units ? unit : 1);
        rows.push_back(std::move(row));
      }
    }
    const auto record = decide(study, rows).record;
    CHECK(record.at("verdict") == "improved");
    CHECK(record.at("pairs") == (unit < 1 ? 8 : 7));
    CHECK(record.at("failed_baseline") == (unit < 1 ? 0 : 1));
    CHECK(record.at("effect").get<double>() > 10);
  }
}

TEST_CASE("a record says what became of the best score when another setting is chosen") {
  StudySpec study;
  study.objectives = {{"loss"}};
  study.selection = selection(12);
  study.selection->looks = 1;
  study.selection->baseline = Point({{"x", std::int64_t{0}}});
  std::vector<store::TrialRow> rows;
  const auto add = [&](std::int64_t x, store::Role role, int replicate, double loss) {
    store::TrialRow row;
    row.trial.suggestion.number = TrialNumber{std::ssize(rows)};
    row.trial.suggestion.point = Point({{"x", x}});
    row.trial.role = role;
    row.trial.replicate = replicate;
    row.state = TrialState::completed;
    row.values["loss"] = loss;
    rows.push_back(row);
  };
  add(0, store::Role::search, 0, 3.0);
  add(1, store::Role::search, 0, -9.0);  // a lucky seed
  add(2, store::Role::search, 0, 1.0);
  for (int seed = 1; seed <= 12; ++seed) {
    const double noise = 0.01 * ((seed * 5) % 7);
    add(0, store::Role::baseline, seed, 3.0 + 2 * noise);
    if (seed <= 6) add(1, store::Role::replicate, seed, 4.0 - noise);
    add(2, store::Role::replicate, seed, 1.0 + noise);
  }
  const Decision decision = decide(study, rows);
  CHECK(decision.chosen == TrialNumber{2});
  CHECK(decision.record.at("verdict") == "improved");
  const std::string reasons = decision.record.at("reasons").dump();
  using Catch::Contains;
  CHECK_THAT(reasons, Contains("the best score of the search, -9 of trial 1, is not chosen"));
  CHECK_THAT(reasons, Contains("left the race at look 1 because trial 2 is better"));
}

namespace {

/// A baseline (x = 0) and settings 1 to 3 of falling loss, of which each takes `latency[x]`; two
/// finalists, eight seeds, `latency <= 50`.
struct BoundedStudy {
  StudySpec study;
  std::vector<store::TrialRow> rows;
  std::vector<double> latency;

  explicit BoundedStudy(std::vector<double> of_settings) : latency(std::move(of_settings)) {
    study.objectives = {{"loss"}};
    study.seed = 4;
    study.selection = selection(8);
    study.selection->finalists = 2;
    study.selection->constraints = {{"latency", MetricBound::Side::at_most, 50}};
    study.selection->baseline = Point({{"x", std::int64_t{0}}});
    for (std::int64_t x = 0; x < std::ssize(latency); ++x) {
      store::NewTrial trial;
      trial.suggestion.number = TrialNumber{x};
      trial.suggestion.point = Point({{"x", x}});
      add(std::move(trial));
    }
  }

  void add(store::NewTrial trial) {
    const auto x = std::get<std::int64_t>(*trial.suggestion.point.find("x"));
    const double noise = 0.01 * static_cast<double>((trial.replicate * (3 + x)) % 7);
    store::TrialRow row;
    row.state = TrialState::completed;
    row.values["loss"] = 3.0 - static_cast<double>(x) + noise;
    row.values["latency"] = latency[static_cast<std::size_t>(x)] + noise;
    row.trial = std::move(trial);
    rows.push_back(std::move(row));
  }

  Decision end(double fresh_latency_of_2) {
    latency.at(2) = fresh_latency_of_2;
    while (true) {
      const Finalists arms = gather_finalists(study, rows);
      const RaceState raced = race(race_rules(*study.selection, arms), arms.fresh);
      const std::vector<FreshRun> runs = runs_to_start(arms, raced);
      if (runs.empty()) return decide(study, rows);
      add(fresh_trial(study, arms, runs.front(), TrialNumber{std::ssize(rows)}));
    }
  }
};

}  // namespace

TEST_CASE("a better score that breaks a constraint is left out, and the record says who and why") {
  BoundedStudy bounded({10, 20, 40, 80});
  const Decision decision = bounded.end(40);
  CHECK(decision.chosen == TrialNumber{2});
  const auto& record = decision.record;
  CHECK(record.at("verdict") == "improved");
  CHECK(record.at("constraints") == nlohmann::json::parse(R"(["latency <= 50"])"));
  CHECK(record.at("filtered").at("count") == 1);
  const auto& filtered = record.at("filtered").at("trials")[0];
  CHECK(filtered.at("trial") == 3);
  CHECK(filtered.at("constraint") == "latency <= 50");
  CHECK(filtered.at("value") == 80.0);
  CHECK(record.at("arms")[1].at("constraints")[0].at("kept") == 8);
  CHECK_THAT(decision_text(record, 120),
             Catch::Contains("left out before the race, though by score it would have been in it: "
                             "trial 3 (latency = 80, not latency <= 50)"));
}

TEST_CASE("a finalist that breaks a constraint under fresh seeds is not chosen") {
  BoundedStudy bounded({10, 20, 40, 80});
  const Decision decision = bounded.end(60);  // 2 had a fast moment in the search
  CHECK(decision.chosen == TrialNumber{1});
  CHECK_THAT(decision.record.at("reasons").dump(),
             Catch::Contains("under them it breaks latency <= 50"));
  BoundedStudy nearly({10, 20, 40, 80});
  const auto reasons = nearly.end(49.96).record.at("reasons").dump();
  CHECK_THAT(reasons, Catch::Contains("not concluded: that it always does"));
}

TEST_CASE("a baseline that breaks a constraint is compared with and never chosen") {
  BoundedStudy bounded({90, 20, 40, 80});
  const Decision decision = bounded.end(40);
  CHECK(decision.chosen == TrialNumber{2});
  CHECK_THAT(decision.record.at("reasons").dump(), Catch::Contains("the baseline breaks latency"));
  BoundedStudy hopeless({90, 91, 92, 93});
  const Decision none = hopeless.end(92);
  CHECK_FALSE(none.chosen);
  CHECK(none.record.at("verdict") == "not_tested");
  CHECK_THAT(none.record.at("reasons").dump(), Catch::Contains("nothing was raced"));
  BoundedStudy unreported({10, 20, 40, 30});
  unreported.rows[3].values.erase("latency");
  CHECK(unreported.end(40).chosen == TrialNumber{2});
}

TEST_CASE("fresh trials share their seeds between arms and with no trial of the search") {
  StudySpec study;
  study.objectives = {{"loss"}};
  study.seed = 5;
  study.selection = selection(4);
  const Finalists arms = finalists({Losses(4), Losses(4)});
  const auto one = fresh_trial(study, arms, {{0, 2}}, TrialNumber{9});
  const auto other = fresh_trial(study, arms, {{1, 2}}, TrialNumber{10});
  CHECK(one.role == store::Role::baseline);
  CHECK(other.role == store::Role::replicate);
  CHECK(one.replicate == 3);
  CHECK(one.seed == other.seed);
  CHECK(one.data_seed == other.data_seed);
  CHECK(one.seed != fresh_trial(study, arms, {{0, 3}}, TrialNumber{11}).seed);
}
