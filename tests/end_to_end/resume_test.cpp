// What a second session finds of the first one's trials and time.
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "orchestrator/exit_status.hpp"
#include "storage/owned_fd.hpp"
#include "tests/end_to_end/crash_study.hpp"
#include "tests/support/crash_point_armed.hpp"

using winnow::tests::crash_exit_code;
using winnow::tests::CrashStudy;

namespace {

/// Returns when the process has ended; a minute is more than any keeper here takes.
void wait_for_end(pid_t pid) {
  const winnow::store::OwnedFd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!process.is_open()) return;  // it has ended
  pollfd end{process.value(), POLLIN, 0};
  REQUIRE(::poll(&end, 1, 60'000) == 1);
}

/// Runs a session until trial 3 has failed, and tells it to stop.
void stop_once_trial_3_failed(CrashStudy& study) {
  const pid_t orchestrator = study.start();
  for (int i = 0; i < 1000 && study.output().find("trial 3 failed") == std::string::npos; ++i) {
    ::poll(nullptr, 0, 5);
  }
  ::kill(orchestrator, SIGTERM);
  CHECK(CrashStudy::wait(orchestrator) == static_cast<int>(winnow::run::ExitStatus::terminated));
}

}  // namespace

TEST_CASE("a trial that runs on without its orchestrator is adopted, not started again") {
  CrashStudy study({.trials = 1, .slots = 1, .step_s = 0.1});
  REQUIRE(study.run("gate_opened:1") == crash_exit_code);
  REQUIRE(study.keepers().size() == 1);
  REQUIRE(study.run() == 0);
  INFO(study.output());
  CHECK(study.attempts() == 1);
  CHECK(study.output().find("1 trial(s) still running were adopted") != std::string::npos);
  CHECK(study.violations_at_end() == "");
}

TEST_CASE("a trial that ends while nobody watches counts") {
  CrashStudy study({.trials = 1, .slots = 1, .step_s = 0.01});
  REQUIRE(study.run("gate_opened:1") == crash_exit_code);
  for (const pid_t keeper : study.keepers()) wait_for_end(keeper);
  REQUIRE(study.run() == 0);
  INFO(study.output());
  CHECK(study.attempts() == 1);
  CHECK(study.violations_at_end() == "");
}

TEST_CASE("a stop after the last trial was begun does not end the study") {
  // Trial 3 fails at once: its slot finds nothing left to start, while the others run.
  CrashStudy study({.trials = 4, .slots = 4, .step_s = 0.5});
  stop_once_trial_3_failed(study);
  INFO(study.output());
  CHECK(study.violations_at_end() == "");
  CHECK(study.attempts() == 4);
  CHECK(study.run() == 0);
  CHECK(study.attempts() == 7);
  CHECK(study.violations_at_end() == "");
}

TEST_CASE("a stop reaches a slot that waits for the trials of others to end") {
  // Trial 3 fails at once; what comes after it may only be asked for when trial 0 has ended.
  CrashStudy study({.trials = 8, .slots = 4, .step_s = 0.5});
  stop_once_trial_3_failed(study);
  INFO(study.output());
  CHECK(study.attempts() == 4);
  CHECK(study.violations_at_end() == "");
}

TEST_CASE("the run time of killed sessions counts towards max_duration") {
  // A trial reports every half second and takes two; each session dies at the end of its first one.
  CrashStudy study({.trials = 1000, .slots = 1, .step_s = 0.5, .max_duration = "4s"});
  int sessions = 0;
  int status = crash_exit_code;
  while (status == crash_exit_code) {
    REQUIRE(++sessions < 20);
    status = study.run("attempt_over:1");
  }
  INFO(study.output());
  CHECK(status == 0);
  CHECK(sessions > 1);
  CHECK(study.output().find("max_duration") != std::string::npos);
  CHECK(study.run_time_s() >= 4);
  CHECK(study.violations_at_end() == "");
}
