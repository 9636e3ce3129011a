#include "orchestrator/past_trials.hpp"

#include <catch2/catch.hpp>

#include "tests/orchestrator/config_support.hpp"
#include "tests/storage/builders.hpp"

using namespace winnow;
using namespace winnow::run;

namespace {

StudySpec spec() {
  return tests::read_study(
             "{name: a, method: random, metric: {name: loss}, constraints: ['x < 0.9'], "
             "parameters: {x: {min: 0.0, max: 1.0}, depth: {min: 1, max: 6, default: 2}, "
             "kind: {values: ['1', a]}, extra: {min: 0.0, max: 1.0, when: {kind: a}, default: "
             "0.5}}, "
             "trial: {command: [/bin/true]}}")
      .spec;
}

PastTrial past(std::string name, std::vector<std::pair<std::string, Value>> settings,
               store::MetricValues values = {{"loss", 1}}) {
  return {std::move(name), std::move(settings), std::move(values), Ending::completed, ""};
}

const std::pair<std::string, Value> x{"x", 0.25}, a{"kind", std::string("a")};

}  // namespace

TEST_CASE("settings become a point: types of the domains, defaults, conditions") {
  const Knowledge known =
      knowledge_of({past("1", {x, a, {"depth", 3.0}}),
                    past("2", {{"kind", std::int64_t{1}}, {"x", std::int64_t{0}}})},
                   spec(), "here");
  REQUIRE(known.known.trials.size() == 2);
  CHECK(canonical_text(known.known.trials[0].point) == "x=0.25 depth=3 kind=a extra=0.5");
  CHECK(canonical_text(known.known.trials[1].point) == "x=0.0 depth=2 kind=\"1\"");
  CHECK(known.known.trials[0].end.values.at("loss") == 1);
  CHECK(known.left_out.empty());
}

TEST_CASE("what is no knowledge is left out, with the reason") {
  PastTrial crashed = past("6", {x, a});
  crashed.ending = Ending::failed;
  crashed.reason = "crashed: exit code 1";
  PastTrial infeasible = crashed;
  infeasible.reason = "infeasible: too large";
  const Knowledge known = knowledge_of(
      {past("1", {x}), past("2", {{"y", 1.0}, x, a}), past("3", {{"x", 2.0}, a}),
       past("4", {{"x", 0.95}, a}), past("5", {x, a}, {{"other", 1}}), crashed, infeasible,
       past("7", {x, {"kind", std::string("1")}, {"extra", 0.5}}), past("8", {{"x", 3.0}, a})},
      spec(), "here");
  CHECK(known.known.trials.size() == 1);
  CHECK(known.known.trials[0].end.ending == Ending::failed);
  using Names = std::vector<std::string>;
  const std::map<std::string, Names> expected = {
      {"a parameter has neither a value nor a default", {"1"}},
      {"the study has no parameter y", {"2"}},
      {"x is not a number from 0 to 1", {"3", "8"}},
      {"its point is not allowed by the constraints", {"4"}},
      {"it has no loss", {"5"}},
      {"it is failed", {"6"}},
      {"extra is not active there", {"7"}}};
  CHECK(known.left_out == expected);
  CHECK(known.sentences().size() == 7);
  CHECK(known.sentences().back() == "2 left out, 3, 8: x is not a number from 0 to 1");
}

TEST_CASE("past trials are held to the bounds on outcomes of the study they are told to") {
  StudySpec bounded = spec();
  bounded.outcome_constraints = {{"cost", MetricBound::Side::at_most, 2}};
  const Knowledge known =
      knowledge_of({past("1", {x, a}, {{"loss", 1}, {"cost", 2}}),
                    past("2", {x, a}, {{"loss", 1}, {"cost", 3}}), past("3", {x, a})},
                   bounded, "here");
  REQUIRE(known.known.trials.size() == 2);
  CHECK(known.known.trials[0].end.ending == Ending::completed);
  CHECK(known.known.trials[1].end.ending == Ending::failed);
  CHECK(known.known.trials[1].end.reason == "infeasible: cost is 3, which breaks cost <= 2");
  CHECK(known.known.trials[1].end.values.at("cost") == 3);
  CHECK(known.left_out.at("it has no cost") == std::vector<std::string>{"3"});
}

TEST_CASE("the search trials of a store that have ended are its past") {
  store::Store store = store::a_store();
  store::run_trial(store, store::a_trial_end(Ending::completed, {{"eval_loss", 0.5}}));
  store.add_trial(store::a_trial(1));
  const std::vector<PastTrial> found = past_trials(store);
  REQUIRE(found.size() == 1);
  CHECK(found[0].name == "trial 0");
  CHECK(found[0].values.at("eval_loss") == 0.5);
  CHECK(found[0].settings == store::a_trial(0).suggestion.point.entries());
}
