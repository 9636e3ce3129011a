#include "orchestrator/study_plan.hpp"

#include <catch2/catch.hpp>

#include "tests/orchestrator/config_support.hpp"

using Catch::Contains;
using namespace winnow;
using namespace winnow::run;
using namespace winnow::tests;

namespace {

StudyPlan plan_of(const std::string& text, std::int64_t proposals = 5) {
  return plan_study(tests::read_study(text), StudyFolder("/studies/a"), proposals);
}

}  // namespace

TEST_CASE("a plan proposes what the method would, the user's points first") {
  const std::string text =
      study_with("parameters: {x: {min: 0.0, max: 1.0}}\npoints: [{x: 0.5}]\nseed: 3");
  const StudyPlan plan = plan_of(text);
  REQUIRE(plan.proposals.size() == 5);
  CHECK(plan.proposals[0].is_users);
  CHECK(plan.proposals[0].suggestion.point == Point({{"x", Value(0.5)}}));
  const auto searcher = make_searcher(tests::read_study(text).spec);
  const search::Proposal direct = searcher->ask({TrialNumber{1}, {}}, 1);
  CHECK(plan.proposals[1].suggestion == direct.suggestions.front());
  CHECK(plan.exact == 1);
  // The limit of five trials ends it, whatever was asked for.
  CHECK(plan_of(text, 50).proposals.size() == 5);
}

TEST_CASE("the plan of a grid ends with the grid") {
  std::string text = study_with("parameters: {x: {values: [1, 2, 3]}}");
  text.replace(text.find("random"), 6, "grid");
  const StudyPlan plan = plan_of(text, 4);
  CHECK(plan.proposals.size() == 3);
  CHECK(plan.finished);
  CHECK(plan.cost.search_trials == 3);
}

TEST_CASE("the cost of a study counts what proves its winner") {
  const std::string more =
      "parameters: {x: {min: 0.0, max: 1.0, default: 0.5}}\n"
      "selection: {finalists: 2, seeds: 7}";
  std::string text = study_with(more);
  text.replace(text.find("max_trials: 5"), 13,
               "max_trials: 5, max_concurrent: 2, trial_timeout: 10s");
  const StudyPlan plan = plan_of(text);
  CHECK(plan.cost.search_trials == 5);
  CHECK(plan.cost.fresh_trials() == 21);  // (2 finalists + the baseline) × 7 seeds
  CHECK(plan.cost.trial_time_s == 260.0);
  CHECK(plan.cost.elapsed_s == 130.0);  // 26 trials, two at once: 13 rounds
  CHECK_FALSE(plan_of(study_with(more)).cost.trial_time_s);
}

TEST_CASE("a plan shows the first trial's arguments and what is added to its environment") {
  std::string text = study_with("parameters: {x: {value: \"a b;$(id)\"}, y: {min: 1, max: 1}}\n");
  text.replace(text.find("[/bin/true]"), 11,
               "[/bin/true, \"${args}\"], env: {API_KEY: k, TOKENIZERS: t}");
  const StudyConfig config = tests::read_study(text);
  const StudyPlan plan = plan_study(config, StudyFolder("/studies/a"), 1);
  CHECK(plan.first.launch.arguments ==
        std::vector<std::string>{"/bin/true", "--x=a b;$(id)", "--y=1"});
  const std::string shown = as_text(plan, config, 200);
  CHECK_THAT(shown, Contains("argument 1 --x=a b;$(id)\n"));
  CHECK_THAT(shown, Contains("  WINNOW_PARAM_Y=1\n"));
  CHECK_THAT(shown, Contains("  API_KEY=(hidden)\n"));
  CHECK_THAT(shown, Contains("  TOKENIZERS=t\n"));
  CHECK_THAT(shown, !Contains("  PATH="));  // as winnow itself has it
  CHECK(as_json(plan, config)["environment"]["API_KEY"] == "(hidden)");
}

TEST_CASE("the plan of `auto` says which methods it chose and why") {
  std::string text = study_with("parameters: {x: {values: [1, 2, 3]}}");
  text.replace(text.find("random"), 6, "auto");
  const StudyPlan plan = plan_of(text);
  REQUIRE(plan.stages.size() == 1);
  CHECK(plan.stages[0].method == "grid");
  CHECK_THAT(as_text(plan, tests::read_study(text), 200),
             Contains("chooses grid: 3 points and 5 trials"));
}
