#include "orchestrator/failure_backoff.hpp"

#include <catch2/catch.hpp>

using namespace winnow;
using namespace winnow::run;

namespace {

store::AttemptEndRow ended(const std::string& ending, const std::string& message) {
  store::AttemptEndRow end;
  end.ending = ending;
  end.message = message;
  return end;
}

}  // namespace

TEST_CASE("attempts that all fail in the same words start fewer than ten times in a minute") {
  FailureBackoff backoff;
  std::chrono::seconds now{0};
  int starts = 0;
  for (; now < std::chrono::seconds(60); ++starts) {
    now += backoff.note(ended("crashed", "exit code 1"));
  }
  CHECK(starts < 10);
  CHECK(starts > 3);
  for (int i = 0; i < 100; ++i) {
    CHECK(backoff.note(ended("crashed", "exit code 1")) <= std::chrono::seconds(60));
  }
}

TEST_CASE("a failure now and then, or of different kinds, slows nothing down") {
  FailureBackoff backoff;
  for (int i = 0; i < 20; ++i) {
    CHECK(backoff.note(ended("crashed", "exit code 1")).count() == 0);
    CHECK(backoff.note(ended("crashed", "signal 9")).count() == 0);
    CHECK(backoff.note(ended("crashed", "signal 9")).count() == 0);
    CHECK(backoff.note(ended("finished", "")).count() == 0);
  }
}

TEST_CASE("what is about single points is no failure of all") {
  FailureBackoff backoff;
  for (int i = 0; i < 20; ++i) {
    for (const char* ending : {"infeasible", "non_finite", "result_oom", "stopped", "timed_out"}) {
      CHECK(backoff.note(ended(ending, "the same")).count() == 0);
    }
  }
}
