#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "searchers/problem/error.hpp"
#include "storage/store.hpp"
#include "tests/storage/builders.hpp"

using namespace winnow;
using namespace winnow::store;

namespace {

std::vector<std::int64_t> numbers(const std::vector<TrialRow>& trials) {
  std::vector<std::int64_t> numbers;
  for (const TrialRow& row : trials) numbers.push_back(row.trial.suggestion.number.value);
  return numbers;
}

using Numbers = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("a trial comes back as it was added") {
  Store store = a_store();
  store.add_trial(a_trial(0));
  NewTrial trial = a_trial(1);
  trial.suggestion.budget.max_steps = 600;
  trial.suggestion.parent = TrialNumber{0};
  trial.suggestion.memo = {3, 0.25};
  trial.role = Role::replicate;
  trial.seed = ~std::uint64_t{0};
  trial.data_seed = std::uint64_t{1} << 63;
  trial.fold = 2;
  trial.replicate = 4;
  trial.history = 1;
  store.add_trial(trial);

  const std::optional<TrialRow> row = store.trial(TrialNumber{1});
  REQUIRE(row.has_value());
  CHECK(row->trial.suggestion == trial.suggestion);
  CHECK(row->trial.role == Role::replicate);
  CHECK(row->trial.seed == trial.seed);
  CHECK(row->trial.data_seed == trial.data_seed);
  CHECK(row->trial.fold == 2);
  CHECK(row->trial.replicate == 4);
  CHECK(row->trial.history == 1);
  CHECK(row->state == TrialState::queued);
  CHECK(row->reason.empty());
  CHECK(row->values.empty());
  CHECK_FALSE(row->told.has_value());
  CHECK(row->attempts == 0);
  CHECK(row->elapsed_s == 0);
  CHECK_FALSE(store.trial(TrialNumber{2}).has_value());
}

TEST_CASE("trials are numbered without a hole") {
  Store store = a_store();
  CHECK_THROWS_AS(store.add_trial(a_trial(1)), BrokenExpectation);
  store.add_trial(a_trial(0));
  CHECK_THROWS_AS(store.add_trial(a_trial(0)), BrokenExpectation);
  CHECK_THROWS_AS(store.add_trial(a_trial(2)), BrokenExpectation);
  store.add_trial(a_trial(1));
  CHECK(store.counts().total() == 2);
}

TEST_CASE("a trial that is added and started is both or neither") {
  Store store = a_store();
  store.add_trial_and_start(a_trial(0), an_attempt(0));
  NewAttempt not_the_first = an_attempt(1);
  not_the_first.ordinal = 2;
  CHECK_THROWS_AS(store.add_trial_and_start(a_trial(1), not_the_first), BrokenExpectation);
  CHECK(store.counts().total() == 1);
  CHECK(store.attempts_not_ended().size() == 1);
}

TEST_CASE("an ended trial never changes") {
  Store store = a_store();
  const TrialNumber trial = run_trial(store, a_trial_end(Ending::completed));
  CHECK_THROWS_AS(store.end_queued_trial(trial, a_trial_end(Ending::cancelled)), BrokenExpectation);
  CHECK_THROWS_AS(store.start_attempt(an_attempt(0, 2)), BrokenExpectation);
  CHECK(store.trial(trial)->state == TrialState::completed);
}

TEST_CASE("a queued trial can only be cancelled") {
  Store store = a_store();
  store.add_trial(a_trial(0));
  CHECK_THROWS_AS(store.end_queued_trial(TrialNumber{0}, a_trial_end(Ending::completed)),
                  BrokenExpectation);
  TrialEndRow end = a_trial_end(Ending::cancelled);
  end.reason = "study ended";
  store.end_queued_trial(TrialNumber{0}, end);
  CHECK(store.trial(TrialNumber{0})->state == TrialState::cancelled);
  CHECK(store.trial(TrialNumber{0})->reason == "study ended");

  store.add_trial_and_start(a_trial(1), an_attempt(1));
  CHECK_THROWS_AS(store.end_queued_trial(TrialNumber{1}, end), BrokenExpectation);
}

TEST_CASE("trials are read in pages and by state") {
  Store store = a_store();
  for (int i = 0; i < 3; ++i)
    run_trial(store, a_trial_end(Ending::completed, {{"a", 1}, {"b", 2}}));
  store.add_trial(a_trial(3));
  CHECK(numbers(store.trials()) == Numbers{0, 1, 2, 3});
  CHECK(numbers(store.trials(1, 2)) == Numbers{1, 2});
  CHECK(numbers(store.trials(4)).empty());
  CHECK(numbers(store.trials_in_state(TrialState::completed)) == Numbers{0, 1, 2});
  CHECK(numbers(store.trials_in_state(TrialState::queued)) == Numbers{3});
  CHECK(store.trials()[1].values == MetricValues{{"a", 1}, {"b", 2}});
}

TEST_CASE("trials are counted by state, infeasible ones among the failed") {
  Store store = a_store();
  run_trial(store, a_trial_end(Ending::completed));
  run_trial(store, a_trial_end(Ending::stopped));
  TrialEndRow infeasible = a_trial_end(Ending::failed);
  infeasible.reason = "infeasible: batch does not fit";
  run_trial(store, infeasible);
  TrialEndRow crashed = a_trial_end(Ending::failed);
  crashed.reason = "crashed";
  run_trial(store, crashed);
  store.add_trial(a_trial(4));
  store.add_trial_and_start(a_trial(5), an_attempt(5));
  store.add_trial(a_trial(6));
  store.end_queued_trial(TrialNumber{6}, a_trial_end(Ending::cancelled));
  const TrialCounts counts = store.counts();
  CHECK(counts.completed == 1);
  CHECK(counts.stopped == 1);
  CHECK(counts.failed == 2);
  CHECK(counts.infeasible == 1);
  CHECK(counts.queued == 1);
  CHECK(counts.running == 1);
  CHECK(counts.cancelled == 1);
  CHECK(counts.total() == 7);
}

TEST_CASE("the best trials are completed, finite, and of equal ones the earlier first") {
  Store store = a_store();
  const auto with = [](double value) { return MetricValues{{"m", value}}; };
  for (const double value : {3.0, 1.0, 1.0, double(NAN), 2.0}) {
    run_trial(store, a_trial_end(Ending::completed, with(value)));
  }
  run_trial(store, a_trial_end(Ending::stopped, with(0)));
  run_trial(store, a_trial_end(Ending::completed, with(-std::numeric_limits<double>::infinity())));
  const Objective down = an_objective("m");
  const Objective up = an_objective("m", Direction::maximize);
  CHECK(numbers(store.best(down, 10)) == Numbers{1, 2, 4, 0});
  CHECK(numbers(store.best(down, 1)) == Numbers{1});
  CHECK(numbers(store.best(up, 10)) == Numbers{0, 4, 1, 2});
  CHECK(numbers(store.best(an_objective("other"), 10)).empty());
}

TEST_CASE("a metric that is not finite is kept as what it was") {
  Store store = a_store();
  const double infinity = std::numeric_limits<double>::infinity();
  run_trial(store, a_trial_end(Ending::failed, {{"a", NAN}, {"b", infinity}, {"c", -infinity}}));
  const MetricValues values = store.trial(TrialNumber{0})->values;
  CHECK(std::isnan(values.at("a")));
  CHECK(values.at("b") == infinity);
  CHECK(values.at("c") == -infinity);
}

TEST_CASE("outcomes come in the order they were told, as losses") {
  Store store = a_store();
  run_trial(store, a_trial_end(Ending::completed, {{"eval_loss", 0.5}, {"speed", 100}, {"x", 1}}));
  run_trial(store, a_trial_end(Ending::stopped, {{"eval_loss", 0.7}, {"speed", 50}}));
  run_trial(store, a_trial_end(Ending::failed, {{"eval_loss", 0.1}, {"speed", 1}}));
  run_trial(store, a_trial_end(Ending::stopped, {{"eval_loss", 0.7}}));
  run_trial(store, a_trial_end(Ending::completed, {{"eval_loss", 0.7}, {"speed", NAN}}));
  CHECK(store.outcomes().empty());
  CHECK(numbers(store.untold()) == Numbers{0, 1, 2, 3, 4});
  for (const std::int64_t trial : {3, 0, 1, 2, 4}) {
    store.record_told(TrialNumber{trial}, store.tells());
  }
  const std::vector<Outcome> outcomes = store.outcomes();
  REQUIRE(outcomes.size() == 5);
  CHECK(outcomes[0].suggestion.number == TrialNumber{3});
  CHECK(outcomes[0].ending == Ending::stopped);
  CHECK(outcomes[0].losses.empty());
  CHECK(outcomes[1].suggestion == a_trial(0).suggestion);
  CHECK(outcomes[1].losses == std::vector<double>{0.5, -100});
  CHECK(outcomes[1].elapsed_s == 1.5);
  CHECK(outcomes[2].losses == std::vector<double>{0.7, -50});
  CHECK(outcomes[3].ending == Ending::failed);
  CHECK(outcomes[3].losses.empty());
  CHECK(outcomes[4].ending == Ending::completed);
  CHECK(outcomes[4].losses.empty());
  CHECK(store.untold().empty());
  const std::vector<Outcome> page = store.outcomes(1, 2);
  REQUIRE(page.size() == 2);
  CHECK(page[0].suggestion.number == TrialNumber{0});
  CHECK(page[1].suggestion.number == TrialNumber{1});
  CHECK(store.outcomes(5).empty());
}

TEST_CASE("what was told is handed over in one pass, with all attempts of a trial and its reason") {
  Store store = a_store();
  const AttemptId first = store.add_trial_and_start(a_trial(0), an_attempt(0));
  store.end_attempt(first, {}, an_attempt_end("lost"), std::nullopt);
  const AttemptId second = store.start_attempt(an_attempt(0, 2));
  store.end_attempt(second, {}, an_attempt_end(),
                    a_trial_end(Ending::completed, {{"eval_loss", 0.5}, {"speed", 100}}));
  TrialEndRow infeasible = a_trial_end(Ending::failed);
  infeasible.reason = "infeasible: too wide";
  run_trial(store, infeasible);
  store.add_trial(a_trial(2));
  store.record_told(TrialNumber{1}, 0);
  store.record_told(TrialNumber{0}, 1);
  std::vector<ToldTrial> told;
  store.for_each_told(0, 2, {}, [&](ToldTrial& trial) {
    CHECK(store.trial(trial.outcome.suggestion.number).has_value());  // questions meanwhile
    told.push_back(std::move(trial));
  });
  REQUIRE(told.size() == 2);
  CHECK(told[0].is_infeasible);
  CHECK(told[0].outcome.suggestion == a_trial(1).suggestion);
  CHECK_FALSE(told[1].is_infeasible);
  CHECK(told[1].outcome.elapsed_s == 3.0);
  CHECK(told[1].outcome.losses == std::vector<double>{0.5, -100});
  CHECK(numbers(store.untold()) == Numbers{2});
}

TEST_CASE("outcomes say how far trials are beyond the bounds on their metrics") {
  using enum MetricBound::Side;
  Store store = a_store();
  const MetricValues values = {{"eval_loss", 0.5}, {"speed", 100}, {"size", 3}};
  run_trial(store, a_trial_end(Ending::completed, values));
  TrialEndRow infeasible = a_trial_end(Ending::failed, {{"eval_loss", 0.75}, {"size", 6}});
  infeasible.reason = "infeasible: size is 6";
  run_trial(store, infeasible);
  run_trial(store, a_trial_end(Ending::failed, values));   // on its way to another end
  run_trial(store, a_trial_end(Ending::stopped, values));  // likewise
  run_trial(store, a_trial_end(Ending::completed, {{"eval_loss", 0.5}, {"size", NAN}}));
  for (std::int64_t trial = 0; trial < 5; ++trial) store.record_told(TrialNumber{trial}, trial);
  const auto excesses_by = [&](const std::vector<MetricBound>& bounds) {
    std::vector<std::vector<double>> all;
    for (const Outcome& outcome : store.outcomes(0, -1, bounds)) all.push_back(outcome.excesses);
    return all;
  };
  using Excesses = std::vector<std::vector<double>>;
  CHECK(excesses_by({{"size", at_most, 4}, {"eval_loss", at_least, 0.25}}) ==
        Excesses{{-1, -0.25}, {2, -0.5}, {}, {}, {}});
  CHECK(excesses_by({{"size", at_most, 4}, {"nowhere", at_most, 1}}) == Excesses(5));
  CHECK(excesses_by({}) == Excesses(5));
}

TEST_CASE("an outcome is told once, in order, after the end") {
  Store store = a_store();
  run_trial(store, a_trial_end(Ending::completed));
  store.add_trial(a_trial(1));
  CHECK_THROWS_AS(store.record_told(TrialNumber{0}, 1), BrokenExpectation);
  CHECK_THROWS_AS(store.record_told(TrialNumber{1}, 0), BrokenExpectation);
  store.record_told(TrialNumber{0}, 0);
  CHECK_THROWS_AS(store.record_told(TrialNumber{0}, 1), BrokenExpectation);
  CHECK(store.tells() == 1);

  TrialEndRow cancelled = a_trial_end(Ending::cancelled);
  cancelled.told = 1;
  store.end_queued_trial(TrialNumber{1}, cancelled);
  CHECK(store.trial(TrialNumber{1})->told == 1);
  CHECK(store.tells() == 2);
}

TEST_CASE("trials of one point share its configuration") {
  Store store = a_store();
  NewTrial twin = a_trial(1);
  twin.suggestion.point = a_trial(0).suggestion.point;
  store.add_trial(a_trial(0));
  store.add_trial(twin);
  store.add_trial(a_trial(2));
  std::vector<std::string> points;
  store.read_view("v_trials", [&](const auto&, const auto& cells) { points.push_back(*cells[3]); });
  CHECK(points[0] == points[1]);
  CHECK(points[0] != points[2]);
  CHECK(store.trial(TrialNumber{1})->trial.suggestion == twin.suggestion);
}
