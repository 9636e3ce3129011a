#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <set>

#include "searchers/auto_plan.hpp"
#include "searchers/numerics/rng.hpp"
#include "searchers/operators/stage_schedule.hpp"
#include "tests/searchers/method_support.hpp"

using namespace winnow;
using namespace winnow::search;
using std::int64_t;
using std::string;

namespace {

const SearchSpace square({{"x", Real{0, 1}}, {"y", Real{0, 1}}});

const Standing better{Standing::Tier::completed, 1}, worse{Standing::Tier::completed, 2};

const std::vector<int64_t> nothing_runs = {0, 0};

// The stages that a study of `trials` trials goes through, by suggestion.
std::vector<int> stages_of(Searcher& searcher, int trials) {
  std::vector<int> stages;
  for (const Suggestion& suggestion : run(searcher, trials))
    stages.push_back(static_cast<int>(suggestion.memo.at(0)));
  return stages;
}

std::vector<string> methods_of(const std::vector<PlannedStage>& plan) {
  std::vector<string> methods;
  for (const PlannedStage& stage : plan) methods.push_back(stage.method);
  return methods;
}

}  // namespace

TEST_CASE("a stage ends after its trials, those that run counted") {
  StageSchedule schedule({{3, 0}, {}});
  schedule.tell(0, worse);
  schedule.tell(std::nullopt, worse);
  schedule.tell(0, worse);
  CHECK(schedule.present(nothing_runs) == 0);
  CHECK(schedule.present(std::vector<int64_t>{1, 0}) == 1);
  schedule.tell(0, worse);
  CHECK(schedule.present(nothing_runs) == 1);
}

TEST_CASE("a stage that finds nothing better ends, and for good") {
  StageSchedule schedule({{0, 2}, {0, 2}});
  schedule.tell(0, worse);
  schedule.tell(0, worse);
  CHECK(schedule.present(nothing_runs) == 0);
  schedule.tell(0, worse);
  CHECK(schedule.present(nothing_runs) == 1);
  schedule.tell(0, better);  // a late one
  CHECK(schedule.present(nothing_runs) == 1);
  for (int i = 0; i < 5; ++i) schedule.tell(1, worse);
  CHECK(schedule.present(nothing_runs) == 1);  // the last one stays
}

TEST_CASE("a better trial starts a stage's patience anew") {
  StageSchedule schedule({{0, 2}, {}});
  schedule.tell(0, worse);
  schedule.tell(0, worse);
  schedule.tell(0, better);
  schedule.tell(0, worse);
  CHECK(schedule.present(nothing_runs) == 0);
  schedule.tell(0, worse);
  CHECK(schedule.present(nothing_runs) == 1);
}

TEST_CASE("chained methods follow each other and know each other's trials") {
  const auto chain = made("chain", square, {{"first_trials", int64_t{5}}});
  CHECK(stages_of(*chain, 8) == std::vector<int>{0, 0, 0, 0, 0, 1, 1, 1});
  // Ten members of de are filled by five points of sobol and three of its own: none is begun twice.
  const auto sobol = made("sobol", square);
  const std::vector<Suggestion> five = run(*sobol, 5);
  const auto other = made("chain", square, {{"first_trials", int64_t{5}}});
  const std::vector<Suggestion> eight = run(*other, 8);
  for (std::size_t k = 0; k < five.size(); ++k) CHECK(eight[k].point == five[k].point);
}

TEST_CASE("every method that a chain offers exists or is named as missing") {
  const auto& offered = std::get<Categorical>(find_searcher("chain")->options.at(0).domain).choices;
  for (const Value& method : offered) {
    const string name = std::get<string>(method);
    if (find_searcher(name) || name == "gp") continue;
    FAIL(name << " is offered and does not exist");
  }
  CHECK(offered.size() >= 9);
}

TEST_CASE("a method that has tried every point gives way to the next") {
  const SearchSpace space({{"a", Integer{1, 3}}, {"x", Real{0, 1, Scale::linear, 0.5}}});
  const auto chain =
      made("chain", space, {{"first", string("grid")}, {"first_trials", int64_t{0}}});
  CHECK(run(*chain, 20).size() == 9);
  CHECK(chain->ask({TrialNumber{9}, {}}, 1).finished);
}

TEST_CASE("auto tries a small space completely and says why") {
  const SearchSpace space({{"a", Integer{1, 3}}, {"b", Categorical{{false, true}}}});
  const std::vector<PlannedStage> plan = auto_plan({space, {{"loss"}}, {}, 1, 40});
  CHECK(methods_of(plan) == std::vector<string>{"grid"});
  CHECK(plan[0].reason == "6 points and 40 trials: each is tried once");
  std::set<string> points;
  for (const Suggestion& suggestion : run(*made("auto", space), 40))
    points.insert(canonical_text(suggestion.point));
  CHECK(points.size() == 6);
}

TEST_CASE("auto chooses by the number of trials and the kinds of parameters") {
  const SearchSpace mixed({{"x", Real{0, 1}}, {"kind", Categorical{{string("a"), string("b")}}}});
  CHECK(methods_of(auto_plan({square, {{"loss"}}, {}, 1, 1000})) ==
        std::vector<string>{"de", "bobyqa"});
  CHECK(methods_of(auto_plan({mixed, {{"loss"}}, {}, 1, 1000})) == std::vector<string>{"de"});
  const auto few = auto_plan({mixed, {{"loss"}}, {}, 1, 999});
  CHECK(methods_of(few) == std::vector<string>{"gp"});
  CHECK(few[0].partner == "tpe");
  const auto numbers = auto_plan({square, {{"loss"}}, {}, 1, 100});
  CHECK(methods_of(numbers) == std::vector<string>{"gp", "bobyqa"});
  CHECK(numbers[0].trials == 70);
  CHECK(numbers[1].needs_exact_losses);
  CHECK(methods_of(auto_plan({square, {{"loss"}}, {}, 1, 30})) == std::vector<string>{"gp"});
  for (const auto& plan : {few, numbers})
    for (const PlannedStage& stage : plan) CHECK_FALSE(stage.reason.empty());
}

namespace {

/// A study of 60 trials of `square` by auto; the method of each, by its memo: 0 gp, 1 bobyqa,
/// 2 tpe, 3 the best point again; and the reasons.
struct AutoRun {
  std::vector<int> searchers;
  std::vector<string> reasons;
};

AutoRun auto_run(const std::function<double(const Point&, Rng&)>& loss) {
  const auto searcher = make_searcher("auto", {}, {square, {{"loss"}}, {}, 1, 60});
  AutoRun run;
  for (int64_t number = 0; number < 60; ++number) {
    const Proposal proposal = searcher->ask({TrialNumber{number}, {}}, 1);
    const Suggestion& suggestion = proposal.suggestions.at(0);
    run.searchers.push_back(static_cast<int>(suggestion.memo.at(0)));
    if (run.reasons.empty() || run.reasons.back() != proposal.reason)
      run.reasons.push_back(proposal.reason);
    Rng rng(5, number, "loss");
    searcher->tell({suggestion, Ending::completed, {loss(suggestion.point, rng)}, 1});
  }
  return run;
}

double bowl(const Point& point) {
  const double x = as_number(*point.find("x")), y = as_number(*point.find("y"));
  return (x - 0.3) * (x - 0.3) + (y - 0.6) * (y - 0.6) + x * y / 2;
}

}  // namespace

TEST_CASE("auto goes down from the best point where losses are exact") {
  const AutoRun run = auto_run([](const Point& point, Rng&) { return bowl(point); });
  CHECK(std::count(run.searchers.begin(), run.searchers.begin() + 42, 0) == 42);
  CHECK(std::count(run.searchers.begin() + 42, run.searchers.end(), 1) == 18);
  CHECK(run.reasons ==
        std::vector<string>{"gp: 60 trials: a model of them pays",
                            "bobyqa: the last three tenths go down from the best point"});
}

TEST_CASE("auto goes on with its model where losses are noisy") {
  const AutoRun run =
      auto_run([](const Point& point, Rng& rng) { return bowl(point) + 0.05 * rng.normal(); });
  CHECK(std::count(run.searchers.begin(), run.searchers.end(), 1) == 0);
  CHECK(std::count(run.searchers.begin(), run.searchers.end(), 3) == 1);
  CHECK_THAT(run.reasons.back(), Catch::StartsWith("gp: goes on, as losses are noisy"));
}

TEST_CASE("auto measures the best point again before it takes ripples for noise") {
  const auto ripples = [](const Point& point, Rng&) {
    return bowl(point) + 0.05 * std::sin(1000 * as_number(*point.find("x")));
  };
  const AutoRun run = auto_run(ripples);
  CHECK(std::count(run.searchers.begin(), run.searchers.end(), 3) == 1);  // behind gp, bobyqa, tpe
  CHECK(run.searchers[42] == 3);
  CHECK(std::count(run.searchers.begin() + 43, run.searchers.end(), 1) == 17);
}

TEST_CASE("auto takes turns with tpe while its model does not predict, and says so") {
  const AutoRun run = auto_run([](const Point&, Rng& rng) { return rng.normal(); });
  CHECK(std::count(run.searchers.begin(), run.searchers.end(), 2) > 5);
  CHECK(std::count(run.searchers.begin(), run.searchers.begin() + 26, 0) == 26);
  REQUIRE(run.reasons.size() >= 2);
  CHECK_THAT(run.reasons[1],
             Catch::StartsWith("gp and tpe by turns: the model's last fits do not predict"));
}
