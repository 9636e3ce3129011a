// Winnow is killed at every named point and at random moments; each time it must go on as if
// nothing had happened. WINNOW_TEST_SEED repeats a failing random run.
#include <poll.h>
#include <signal.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <random>

#include "tests/end_to_end/crash_study.hpp"
#include "tests/support/crash_point_armed.hpp"

using winnow::tests::CrashStudy;
using winnow::tests::CrashStudyShape;

namespace {

/// Every name that orchestrator/ passes to crash_point.
const char* const crash_points[] = {
    "session_begun", "recovered_attempt", "asked",        "trial_added",
    "attempt_added", "folder_made",       "forked",       "process_recorded",
    "gate_opened",   "reports_committed", "attempt_over", "attempt_ended",
    "told",          "finishing",         "chosen"};

/// The table of a study that nobody disturbed.
std::string undisturbed_table(const CrashStudyShape& shape) {
  CrashStudy study(shape);
  const int status = study.run();
  INFO(study.output());
  REQUIRE(status == 0);
  REQUIRE(study.recover_and_verify().empty());
  return study.table();
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

std::uint32_t test_seed() {
  const char* given = std::getenv("WINNOW_TEST_SEED");
  return given != nullptr ? static_cast<std::uint32_t>(std::stoul(given)) : std::random_device()();
}

/// Lets the study run for a while.
void wait_ms(int ms) { ::poll(nullptr, 0, ms); }

}  // namespace

TEST_CASE("a study that is killed at any named point ends as if it had not been") {
  const CrashStudyShape shape{.trials = 6, .slots = 2, .step_s = 0.005};
  const std::string expected = undisturbed_table(shape);
  int crashes = 0;
  for (const std::string point : crash_points) {
    for (int pass = 1;; ++pass) {
      CrashStudy study(shape);
      // A point that only a second session passes is armed from the second session on.
      const bool needs_recovery = point == "recovered_attempt" || point == "attempt_added";
      if (needs_recovery) study.run("process_recorded:2");
      const int first = study.run(point + ":" + std::to_string(pass));
      INFO(point << ":" << pass << "\n" << study.output());
      if (first != winnow::tests::crash_exit_code) {
        REQUIRE(first == 0);  // passed fewer times than that: it ran to its end
        REQUIRE(pass > 1);    // every point was visited at least once
        break;
      }
      ++crashes;
      const std::string violations = joined(study.recover_and_verify());
      REQUIRE(violations == "");
      REQUIRE(study.run() == 0);
      REQUIRE(joined(study.recover_and_verify()) == "");
      REQUIRE(study.table() == expected);
    }
  }
  std::cout << "crashes at named points: " << crashes << "\n";
}

TEST_CASE("a study survives random kills of orchestrator, keepers and trials") {
  constexpr int kills_wanted = 100;
  const CrashStudyShape shape{.trials = 12, .slots = 3, .step_s = 0.02};
  const std::string expected = undisturbed_table(shape);
  const std::uint32_t seed = test_seed();
  std::cout << "seed of the random kills: " << seed << "\n";
  std::mt19937 random(seed);
  const auto below = [&random](int n) {
    return static_cast<int>(random() % static_cast<std::uint32_t>(n));
  };
  int orchestrators = 0, others = 0;
  while (orchestrators < kills_wanted) {
    CrashStudy study(shape);
    INFO("WINNOW_TEST_SEED=" << seed << " repeats this");
    while (true) {
      const pid_t orchestrator = study.start();
      wait_ms(1 + below(400));
      if (study.has_store() && below(3) == 0) {
        std::vector<pid_t> victims = below(2) == 0 ? study.programs() : study.keepers();
        if (!victims.empty()) {
          ::kill(victims[static_cast<std::size_t>(below(static_cast<int>(victims.size())))],
                 SIGKILL);
          ++others;
        }
      }
      if (below(4) != 0) ::kill(orchestrator, SIGKILL);
      const int status = CrashStudy::wait(orchestrator);
      INFO(study.output());
      if (status == 0) break;
      REQUIRE(status == 128 + SIGKILL);
      ++orchestrators;
      if (study.has_store()) REQUIRE(joined(study.recover_and_verify()) == "");
    }
    REQUIRE(joined(study.recover_and_verify()) == "");
    REQUIRE(study.table() == expected);
  }
  std::cout << "killed: " << orchestrators << " orchestrators, " << others
            << " keepers and trials\n";
}
