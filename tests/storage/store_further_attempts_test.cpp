// What a further attempt at a trial keeps of those before it, and what it supersedes.
#include <catch2/catch.hpp>

#include "searchers/problem/error.hpp"
#include "storage/resource_uses.hpp"
#include "storage/store.hpp"
#include "tests/storage/builders.hpp"

using namespace winnow;
using namespace winnow::store;

namespace {

std::vector<double> values(const Store& store) {
  std::vector<double> values;
  for (const Measurement& m : store.measurements(TrialNumber{0}, "eval_loss")) {
    values.push_back(m.value);
  }
  return values;
}

std::vector<std::string> paths(const Store& store) {
  std::vector<std::string> paths;
  for (const CheckpointRow& row : store.checkpoints(TrialNumber{0})) paths.push_back(row.path);
  return paths;
}

using Values = std::vector<double>;
using Paths = std::vector<std::string>;

/// Trial 0 with a first attempt that reported steps 10 to 30 with two checkpoints and was then
/// lost.
Store a_store_after_a_lost_attempt() {
  Store store = a_store();
  const AttemptId lost = store.add_trial_and_start(a_trial(0), an_attempt(0));
  store.add_reports(lost,
                    {{a_measurement(0, 10, 1), a_measurement(50, 20, 2)}, {{10, "step-10"}}, 100});
  store.end_attempt(lost, {{a_measurement(100, 30, 3)}, {{30, "step-30"}}, 150},
                    an_attempt_end("lost"), std::nullopt);
  return store;
}

}  // namespace

TEST_CASE("reports come back in the order of their lines, whatever their steps") {
  Store store = a_store_after_a_lost_attempt();
  NewAttempt second = an_attempt(0, 2);
  second.resumed_from = "step-10";
  second.resumed_step = 10;
  const AttemptId id = store.start_attempt(second);
  ReportedMeasurement final_line = a_measurement(80, 10, 1);
  final_line.is_final = true;
  store.add_reports(id,
                    {{a_measurement(0, 20, 22), a_measurement(40, 30, 33), final_line}, {}, 120});
  CHECK(values(store) == Values{1, 22, 33, 1});
  const std::vector<ReportedMeasurement> reported = store.reported(TrialNumber{0});
  REQUIRE(reported.size() == 4);
  CHECK_FALSE(reported[2].is_final);
  CHECK(reported[3].is_final);
  CHECK(reported[3].line == 80);
}

TEST_CASE("what an attempt said it ended with is superseded when the trial goes on") {
  Store store = a_store();
  const AttemptId first = store.add_trial_and_start(a_trial(0), an_attempt(0));
  ReportedMeasurement final_line = a_measurement(40, 10, 1);
  final_line.is_final = true;
  store.end_attempt(first, {{a_measurement(0, 10, 1), final_line}, {{20, "step-20"}}, 80},
                    an_attempt_end("crashed"), std::nullopt);
  NewAttempt second = an_attempt(0, 2);
  second.resumed_from = "step-20";
  second.resumed_step = 20;
  store.start_attempt(second);
  CHECK(values(store) == Values{1});
  CHECK_FALSE(store.reported(TrialNumber{0}).front().is_final);
}

TEST_CASE("the time of a trial is the sum over its attempts") {
  Store store = a_store_after_a_lost_attempt();
  const AttemptId second = store.start_attempt(an_attempt(0, 2));
  store.end_attempt(second, {}, an_attempt_end(), a_trial_end(Ending::completed));
  CHECK(store.trial(TrialNumber{0})->elapsed_s == 3);
}

TEST_CASE("an attempt that resumes supersedes what lies beyond its checkpoint") {
  Store store = a_store_after_a_lost_attempt();
  CHECK(values(store) == Values{1, 2, 3});
  CHECK(paths(store) == Paths{"step-30", "step-10"});

  NewAttempt second = an_attempt(0, 2);
  second.resumed_from = "step-10";
  second.resumed_step = 10;
  const AttemptId id = store.start_attempt(second);
  CHECK(values(store) == Values{1});
  CHECK(paths(store) == Paths{"step-10"});

  store.add_reports(id, {{a_measurement(0, 20, 22)}, {{20, "step-20"}}, 40});
  CHECK(values(store) == Values{1, 22});
  CHECK(paths(store) == Paths{"step-20", "step-10"});
}

TEST_CASE("an attempt that starts from scratch supersedes everything before it") {
  Store store = a_store_after_a_lost_attempt();
  const AttemptId id = store.start_attempt(an_attempt(0, 2));
  CHECK(values(store).empty());
  CHECK(paths(store).empty());
  store.add_reports(id, {{a_measurement(0, 10, 11)}, {}, 40});
  CHECK(values(store) == Values{11});
}

TEST_CASE("superseding stays within the trial") {
  Store store = a_store_after_a_lost_attempt();
  const AttemptId other = store.add_trial_and_start(a_trial(1), an_attempt(1));
  store.end_attempt(other, {{a_measurement(0, 10, 5)}, {{10, "step-10"}}, 40},
                    an_attempt_end("lost"), std::nullopt);
  store.start_attempt(an_attempt(0, 2));
  CHECK(store.measurements(TrialNumber{1}, "eval_loss").size() == 1);
  CHECK(store.checkpoints(TrialNumber{1}).size() == 1);
}

TEST_CASE("an attempt that resumes says from where and from which step") {
  Store store = a_store_after_a_lost_attempt();
  NewAttempt no_checkpoint = an_attempt(0, 2);
  no_checkpoint.resumed_step = 10;
  CHECK_THROWS_AS(store.start_attempt(no_checkpoint), BrokenExpectation);
  NewAttempt no_step = an_attempt(0, 2);
  no_step.resumed_from = "step-10";
  CHECK_THROWS_AS(store.start_attempt(no_step), BrokenExpectation);
  CHECK(values(store) == Values{1, 2, 3});
}

TEST_CASE("a checkpoint folder that is written anew is offered once, with its new step") {
  Store store = a_store();
  const AttemptId first = store.add_trial_and_start(a_trial(0), an_attempt(0));
  store.add_reports(first, {{}, {{10, "latest"}}, 10});
  store.add_reports(first, {{}, {{20, "latest"}}, 20});
  REQUIRE(store.checkpoints(TrialNumber{0}).size() == 1);
  CHECK(store.checkpoints(TrialNumber{0})[0].step == 20);

  store.end_attempt(first, {{}, {}, 20}, an_attempt_end("lost"), std::nullopt);
  NewAttempt again = an_attempt(0, 2);
  again.resumed_from = "latest";
  again.resumed_step = 20;
  const AttemptId second = store.start_attempt(again);
  store.add_reports(second, {{}, {{30, "latest"}}, 10});
  REQUIRE(store.checkpoints(TrialNumber{0}).size() == 1);
  CHECK(store.checkpoints(TrialNumber{0})[0].step == 30);
  CHECK(store.checkpoints(TrialNumber{0})[0].attempt == second);
}

TEST_CASE("what a trial has used is summed over its attempts, memory is the most of them") {
  Store store = a_store();
  CHECK(resource_uses(store).empty());
  const AttemptId lost = store.add_trial_and_start(a_trial(0), an_attempt(0));
  store.record_times({{lost, 30, {10.5, 300, 4000, 0.25, 70}}});
  store.end_attempt(lost, {}, an_attempt_end("lost"), std::nullopt);
  const ResourceUse first = resource_uses(store).at(TrialNumber{0});
  CHECK((first.gpu_memory_bytes == 4000 && first.gpu_utilisation == 0.25));
  const AttemptId second = store.start_attempt(an_attempt(0, 2));
  store.record_times({{second, 5, {1.5, 200, std::nullopt, 0.75, 5}}});
  store.add_trial_and_start(a_trial(1), an_attempt(1));
  const std::map<TrialNumber, ResourceUse> uses = resource_uses(store);
  REQUIRE(uses.size() == 2);
  CHECK(uses.at(TrialNumber{0}) == ResourceUse{12.0, 300, 4000, 0.75, 75.0});
  CHECK(uses.at(TrialNumber{1}) == ResourceUse());
}
