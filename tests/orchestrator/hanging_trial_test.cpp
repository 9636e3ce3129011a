// Real children that hang, or that the machine has no memory for.
#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>

#include "tests/orchestrator/attempt_runs.hpp"

using namespace winnow;
using namespace winnow::run;

TEST_CASE("a trial that reports nothing new is told to end, and killed when it does not listen") {
  const tests::TemporaryFolder folder;
  RecordingLog log;
  StudyControl control;
  AttemptRequest request = shell_request(
      folder.path(),
      // The same step for ever is no progress.
      "trap '' TERM; while :; do echo '{\"step\":3,\"loss\":1}' >&3; sleep 0.05; done");
  request.heartbeat_timeout_s = 0.5;
  const AttemptEnd end = run_attempt(std::move(request), log, control);
  CHECK(end.stop_cause == StopCause::no_progress);
  CHECK(log.stop_cause == StopCause::no_progress);
  CHECK(std::get<Signalled>(end.process).signal == SIGKILL);
  CHECK(end.facts.last_step == 3);
}

TEST_CASE("a stopped process and one out of the group's reach end with a trial that hangs") {
  const tests::TemporaryFolder folder;
  RecordingLog log;
  StudyControl control;
  AttemptRequest request =
      shell_request(folder.path(), "setsid sh -c \"trap '' TERM; sleep 300\" & kill -STOP $$");
  request.heartbeat_timeout_s = 0.2;
  const std::string token = request.attempt.token;
  const AttemptEnd end = run_attempt(std::move(request), log, control);
  CHECK(end.stop_cause == StopCause::no_progress);
  CHECK_FALSE(has_holder(token));
}

TEST_CASE("a trial that gets on, with steps or without, is left alone") {
  for (const std::string line : {"{\\\"step\\\":$i,\\\"loss\\\":1}", "{\\\"loss\\\":1}"}) {
    const tests::TemporaryFolder folder;
    RecordingLog log;
    StudyControl control;
    AttemptRequest request =
        shell_request(folder.path(), "for i in 1 2 3 4 5 6 7 8 9 10; do echo \"" + line +
                                         "\" >&3; sleep 0.2; done");
    // Shorter than the whole; a machine that is too busy for a report in time also delays us.
    request.heartbeat_timeout_s = 1.5;
    const AttemptEnd end = run_attempt(std::move(request), log, control);
    CHECK(end.stop_cause == StopCause::none);
    CHECK(std::get<Exited>(end.process).code == 0);
  }
}

TEST_CASE("a program is a better victim for a machine without memory than its keeper") {
  const AttemptEnd end = run_script(
      "read -r own < /proc/self/oom_score_adj; read -r keeper < /proc/$PPID/oom_score_adj\n"
      "[ \"$own\" -gt \"$keeper\" ] || [ \"$own\" -eq 1000 ]");
  CHECK(std::get<Exited>(end.process).code == 0);
}
