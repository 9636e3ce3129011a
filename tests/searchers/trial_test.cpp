#include "searchers/problem/trial.hpp"

#include <catch2/catch.hpp>

using namespace winnow;

namespace {
const std::vector<TrialState> all_states = {TrialState::queued,    TrialState::running,
                                            TrialState::completed, TrialState::stopped,
                                            TrialState::failed,    TrialState::cancelled};
}

TEST_CASE("every state and ending reads back from its word") {
  for (TrialState state : all_states) CHECK(trial_state_from(to_text(state)) == state);
  for (Ending ending : {Ending::completed, Ending::stopped, Ending::failed, Ending::cancelled}) {
    CHECK(ending_from(to_text(ending)) == ending);
    CHECK(to_text(state_of(ending)) == to_text(ending));
  }
  CHECK_FALSE(trial_state_from("Running"));
  CHECK_FALSE(ending_from("queued"));
}

TEST_CASE("an ended trial never changes again") {
  for (TrialState from : all_states)
    for (TrialState to : all_states)
      if (is_ended(from)) CHECK_FALSE(may_become(from, to));
}

TEST_CASE("a queued trial starts or is cancelled, a running one ends or is queued again") {
  for (TrialState to : all_states) {
    CHECK(may_become(TrialState::queued, to) ==
          (to == TrialState::running || to == TrialState::cancelled));
    CHECK(may_become(TrialState::running, to) == (to != TrialState::running));
  }
}
