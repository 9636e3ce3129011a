#include "orchestrator/search_history.hpp"

#include <catch2/catch.hpp>

#include "orchestrator/limits.hpp"
#include "orchestrator/slots.hpp"

using namespace winnow;
using namespace winnow::run;

namespace {

Suggestion suggestion(std::int64_t number) {
  Suggestion made;
  made.number = TrialNumber{number};
  return made;
}

EndedTrial ended(std::int64_t number, double loss, Ending ending = Ending::completed) {
  EndedTrial trial;
  trial.outcome.suggestion = suggestion(number);
  trial.outcome.ending = ending;
  if (ending == Ending::completed) trial.outcome.losses = {loss};
  return trial;
}

StudySpec spec_with(std::optional<int> lag) {
  StudySpec spec;
  spec.objectives = {Objective{"loss"}};
  spec.determinism.lag = lag;
  return spec;
}

std::vector<std::int64_t> numbers(const std::vector<Outcome>& outcomes) {
  std::vector<std::int64_t> result;
  for (const Outcome& outcome : outcomes) result.push_back(outcome.suggestion.number.value);
  return result;
}

}  // namespace

TEST_CASE("in free mode outcomes are told in the order in which trials end") {
  const StudySpec spec = spec_with(std::nullopt);
  SearchHistory history(spec);
  for (int n = 0; n < 3; ++n) history.add_suggested(suggestion(n));
  history.add_ended(ended(2, 1));
  history.add_ended(ended(0, 1));
  CHECK(numbers(history.take_due_tells()) == std::vector<std::int64_t>{2, 0});
  CHECK(history.take_due_tells().empty());
  CHECK(history.pending().size() == 1);
  CHECK(history.may_ask());
}

TEST_CASE("in strict mode suggestion n waits for all trials up to n − w and hears exactly these") {
  const StudySpec spec = spec_with(2);
  SearchHistory history(spec);
  history.add_suggested(suggestion(0));
  CHECK(history.may_ask());  // 1 − 2 < 0: nothing to wait for
  history.add_suggested(suggestion(1));
  CHECK_FALSE(history.may_ask());  // waits for trial 0
  history.add_ended(ended(1, 5));
  CHECK_FALSE(history.may_ask());  // trial 1 is not what it waits for
  history.add_ended(ended(0, 4));
  CHECK(history.may_ask());
  CHECK(numbers(history.take_due_tells()) == std::vector<std::int64_t>{0});  // not trial 1
  history.add_suggested(suggestion(2));
  CHECK(history.may_ask());  // trial 1 has ended already
  CHECK(numbers(history.take_due_tells()) == std::vector<std::int64_t>{1});
}

TEST_CASE("the past of earlier sessions counts, and what they told is not pending any more") {
  const StudySpec spec = spec_with(std::nullopt);
  SearchHistory history(spec);
  history.replay_suggested();
  history.add_suggested(suggestion(1));  // was running when that session ended
  history.replay_suggested();
  history.replay_told(ended(2, 1, Ending::failed));
  history.replay_told(ended(0, 1));
  CHECK(history.next() == TrialNumber{3});
  CHECK(history.told() == 2);
  CHECK(history.seen().ended == 2);
  CHECK(history.seen().failed == 1);
  REQUIRE(history.pending().size() == 1);
  CHECK(history.pending().front().number == TrialNumber{1});
}

TEST_CASE("limits look at told outcomes only, so that strict mode is not swayed by timing") {
  StudySpec spec = spec_with(2);
  spec.objectives.front().target = 1.0;
  SearchHistory history(spec);
  history.add_suggested(suggestion(0));
  history.add_suggested(suggestion(1));
  history.add_ended(ended(1, 0.5));
  history.take_due_tells();
  CHECK_FALSE(history.seen().target_reached);
  history.add_ended(ended(0, 2));
  history.take_due_tells();
  CHECK_FALSE(history.seen().target_reached);  // only trial 0 is told before suggestion 2
  history.add_suggested(suggestion(2));
  history.take_due_tells();
  CHECK(history.seen().target_reached);
}

TEST_CASE("failures count that the searcher will never be told of") {
  StudySpec spec;
  spec.objectives = {{"loss"}};
  spec.determinism.lag = 2;
  SearchHistory history(spec);
  history.add_suggested(suggestion(0));
  history.add_suggested(suggestion(1));
  EndedTrial failed = ended(1, 0);
  failed.outcome.ending = Ending::failed;
  failed.outcome.losses.clear();
  history.add_ended(failed);
  history.take_due_tells();
  CHECK(history.seen().failed == 0);  // trial 1 waits for trial 0 and for the lag
  CHECK(history.seen_with_untold().failed == 1);
  CHECK(history.told() == 0);
}

TEST_CASE("the targets of several objectives are reached by one trial or not at all") {
  StudySpec spec = spec_with(std::nullopt);
  spec.objectives = {Objective{"error"}, Objective{"speed", Direction::maximize},
                     Objective{"size"}};
  spec.objectives[0].target = 0.1;
  spec.objectives[1].target = 50;
  SearchHistory history(spec);
  const std::vector<std::vector<double>> losses = {{0.05, -40, 1}, {0.2, -60, 1}, {0.1, -50, 9}};
  for (std::int64_t n = 0; n < 3; ++n) {
    CHECK_FALSE(history.seen().target_reached);
    history.add_suggested(suggestion(n));
    EndedTrial trial = ended(n, 0);
    trial.outcome.losses = losses[static_cast<std::size_t>(n)];
    history.add_ended(trial);
    history.take_due_tells();
  }
  CHECK(history.seen().target_reached);
}

TEST_CASE("a study ends for each of its limits, in words") {
  Limits limits;
  limits.max_trials = 10;
  limits.max_failed = 4;
  limits.max_duration_s = 60;
  limits.max_gpu_hours = 1;
  SeenSoFar seen;
  CHECK_FALSE(limits_reached(limits, seen));
  seen.suggested = 10;
  CHECK(limits_reached(limits, seen)->word == "max_trials");
  seen = SeenSoFar{.suggested = 3, .ended = 3, .failed = 3};
  CHECK(limits_reached(limits, seen)->word == "max_initial_failures");
  seen.infeasible = 1;  // information about the point, not a broken set-up
  CHECK_FALSE(limits_reached(limits, seen));
  seen = SeenSoFar{.suggested = 9, .ended = 9, .failed = 5};
  CHECK(limits_reached(limits, seen)->failed);
  seen = SeenSoFar{.run_time_s = 60};
  CHECK(limits_reached(limits, seen)->word == "max_duration");
  seen = SeenSoFar{.gpu_s = 3600};
  CHECK(limits_reached(limits, seen)->word == "max_gpu_hours");
  seen = SeenSoFar{.target_reached = true};
  CHECK(limits_reached(limits, seen)->word == "target");
}

TEST_CASE("slots share out the devices, and fewer than asked for is said") {
  CHECK(plan_slots(3, {}, {}).slots.size() == 3);
  const SlotPlan pairs = plan_slots(4, {.gpus = 2}, {.gpus = {0, 1, 2, 5, 7}});
  REQUIRE(pairs.slots.size() == 2);
  CHECK(pairs.slots[1].gpus == std::vector<int>{2, 5});
  CHECK(pairs.note.find("max_concurrent 4") != std::string::npos);
  CHECK(plan_slots(1, {.gpus = 2}, {.gpus = {0}}).slots.empty());
}

TEST_CASE("a share of a device is given out in turn, and the devices before the shares") {
  const SlotPlan shares = plan_slots(9, {.gpus = 0.33}, {.gpus = {4, 6}});
  REQUIRE(shares.slots.size() == 6);
  CHECK(shares.slots[0].gpus == std::vector<int>{4});
  CHECK(shares.slots[1].gpus == std::vector<int>{6});
  CHECK(shares.slots[5].gpus == std::vector<int>{6});
  CHECK(plan_slots(9, {.gpus = 0.6}, {.gpus = {4, 6}}).slots.size() == 2);
  CHECK(plan_slots(9, {.gpus = 0.25}, {.gpus = {4}}).slots.size() == 4);
}

TEST_CASE("processors and memory bound the trials at once, whichever is scarcer") {
  const MachineOffer offer{.gpus = {}, .cpus = {0, 1, 2, 3, 8}, .memory_bytes = 10};
  const SlotPlan twos = plan_slots(4, {.gpus = 0, .cpus = 2}, offer);
  REQUIRE(twos.slots.size() == 2);
  CHECK(twos.slots[1].cpus == std::vector<int>{2, 3});
  CHECK(twos.note.find("2 processor(s) and 5 are here") != std::string::npos);
  CHECK(plan_slots(4, {.gpus = 0, .cpus = 1, .memory_bytes = 3}, offer).slots.size() == 3);
  CHECK(plan_slots(4, {.gpus = 0, .cpus = {}, .memory_bytes = 11}, offer).slots.empty());
}

TEST_CASE("known trials have their numbers but count against no limit") {
  StudySpec spec = spec_with(std::nullopt);
  spec.known_trials = 2;
  spec.points = {Point({{"x", Value(0.5)}})};
  SearchHistory history(spec);
  history.replay_told(ended(0, 1));
  history.replay_told(ended(1, 0, Ending::failed));
  CHECK(history.told() == 2);
  CHECK(history.next() == TrialNumber{2});
  CHECK(history.next_user_point() == spec.points[0]);
  CHECK(history.seen().suggested == 0);
  CHECK(history.seen().failed == 0);
  history.add_suggested(suggestion(2));
  history.add_ended(ended(2, 1));
  CHECK(numbers(history.take_due_tells()) == std::vector<std::int64_t>{2});
  CHECK(history.seen().suggested == 1);
  CHECK(history.seen().ended == 1);
}

TEST_CASE("a strict study with known trials waits for its own trials only") {
  StudySpec spec = spec_with(1);
  spec.known_trials = 3;
  SearchHistory history(spec);
  for (int n = 0; n < 3; ++n) history.replay_told(ended(n, 1));
  CHECK(history.may_ask());
  history.add_suggested(suggestion(3));
  CHECK_FALSE(history.may_ask());
  history.add_ended(ended(3, 1));
  CHECK(history.may_ask());
  CHECK(numbers(history.take_due_tells()) == std::vector<std::int64_t>{3});
}
