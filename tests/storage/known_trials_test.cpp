// A study that begins with what another has found out.
#include <catch2/catch.hpp>

#include "searchers/problem/error.hpp"
#include "storage/verify.hpp"
#include "tests/storage/builders.hpp"

using namespace winnow;
using namespace winnow::store;

namespace {

KnownTrials two_known() {
  KnownTrials known;
  known.record = R"({"source":"study other"})";
  known.trials.push_back({a_trial(0).suggestion.point,
                          a_trial_end(Ending::completed, {{"eval_loss", 0.25}, {"speed", 3}})});
  known.trials.push_back({a_trial(1).suggestion.point, a_trial_end(Ending::failed)});
  known.trials[1].end.reason = "infeasible: too large";
  return known;
}

}  // namespace

TEST_CASE("known trials are told before anything is proposed, in their order") {
  Store store = Store::in_memory(a_study(), two_known());
  CHECK(store.known_trials() == 2);
  CHECK(store.tells() == 2);
  const std::vector<Outcome> outcomes = store.outcomes();
  REQUIRE(outcomes.size() == 2);
  CHECK(outcomes[0].losses == std::vector<double>{0.25, -3});
  CHECK(outcomes[0].suggestion.point == a_trial(0).suggestion.point);
  CHECK(outcomes[1].ending == Ending::failed);
  CHECK(store.trial(TrialNumber{1})->reason == "infeasible: too large");
  CHECK(store.decisions().at(0).record == R"({"source":"study other","trials":2})");
  CHECK(verify(store, "/nowhere", {}, {}).empty());
}

TEST_CASE("trials of the study itself are numbered after the known ones") {
  Store store = Store::in_memory(a_study(), two_known());
  store.begin_session({.pid = 42, .host = "ada", .boot_id = "boot"});
  TrialEndRow end = a_trial_end(Ending::completed, {{"eval_loss", 1}, {"speed", 1}});
  end.told = 2;
  CHECK(run_trial(store, end) == TrialNumber{2});
  CHECK(store.best(an_objective("eval_loss"), 1).at(0).trial.suggestion.number == TrialNumber{0});
  CHECK(store.outcomes().size() == 3);
}

TEST_CASE("a study without known trials has none") {
  CHECK(a_store().known_trials() == 0);
  CHECK(Store::in_memory(a_study(), {}).decisions().empty());
}

TEST_CASE("what prior studies measured is kept as it was given, in its order") {
  KnownTrials known;
  known.prior_studies = {R"({"source":"b","trials":[]})", R"({"source":"a","trials":[{"x":0.1}]})"};
  const Store store = Store::in_memory(a_study(), known);
  CHECK(store.prior_studies() == known.prior_studies);
  CHECK(store.known_trials() == 0);
  CHECK(store.tells() == 0);
  CHECK(verify(store, "/nowhere", {}, {}).empty());
  CHECK(a_store().prior_studies().empty());
}

TEST_CASE("a trial that a user asked for is known as such") {
  Store store = a_store();
  store.add_enqueued_trial(a_trial(0));
  store.add_trial(a_trial(1));
  CHECK(store.was_enqueued(TrialNumber{0}));
  CHECK_FALSE(store.was_enqueued(TrialNumber{1}));
  CHECK(store.trials_in_state(TrialState::queued).size() == 2);
  CHECK(verify(store, "/nowhere", {}, {}).empty());
}

TEST_CASE("a study goes on with another form, and the event log says so") {
  Store store = a_store();
  store.change_study(R"({"name":"quick","more":1})", "name: quick\nmore: 1\n",
                     R"({"settings":[]})");
  CHECK(store.study().spec == R"({"name":"quick","more":1})");
  CHECK(store.study().config_text == "name: quick\nmore: 1\n");
  CHECK(store.events().back().kind == "study_changed");
  CHECK_THROWS_AS(store.change_study("no json", "", "{}"), winnow::BrokenExpectation);
}
