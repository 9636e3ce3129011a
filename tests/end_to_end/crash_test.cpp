// Winnow is killed at every named point and at random moments; each time it must go on as if
// nothing had happened. --rng-seed or WINNOW_TEST_SEED repeats a failing random run. Where a crash
// takes long, as under sanitisers, there may be fewer: WINNOW_TEST_KILLS (of 300),
// WINNOW_TEST_CRASH_STRIDE (of 1: every pass of a point).
#include <poll.h>
#include <signal.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <random>
#include <regex>
#include <set>

#include "orchestrator/exit_status.hpp"
#include "tests/end_to_end/crash_study.hpp"
#include "tests/support/crash_point_armed.hpp"
#include "tests/support/random_seed.hpp"

using winnow::tests::crash_exit_code;
using winnow::tests::CrashStudy;
using winnow::tests::CrashStudyShape;
using winnow::tests::Resume;

namespace {

/// Passed only by who ends trials that have not ended themselves.
const std::set<std::string> stop_points = {"stop_recorded", "stop_asked"};

/// Every other name that orchestrator/ passes to crash_point, and "commit", which is the store's.
const std::set<std::string> crash_points = {
    "session_begun", "recovered_attempt", "asked",        "trial_added",
    "attempt_added", "folder_made",       "forked",       "process_recorded",
    "gate_opened",   "reports_committed", "attempt_over", "attempt_ended",
    "told",          "finishing",         "commit"};

/// Those that lie between an attempt's row and its end.
const std::set<std::string> points_of_a_trial = {"folder_made",       "forked",
                                                 "process_recorded",  "gate_opened",
                                                 "reports_committed", "attempt_over"};

/// The table of a study that nobody disturbed.
std::string undisturbed_table(const CrashStudyShape& shape) {
  CrashStudy study(shape);
  const int status = study.run();
  INFO(study.output());
  REQUIRE(status == 0);
  REQUIRE(study.violations_at_end() == "");
  return study.table();
}

std::uint32_t number_from_environment(const char* name, std::uint32_t otherwise) {
  const char* given = std::getenv(name);
  return given != nullptr ? static_cast<std::uint32_t>(std::stoul(given)) : otherwise;
}

/// Did a session end because it was told to stop?
bool is_stopped(int status) {
  return status == static_cast<int>(winnow::run::ExitStatus::terminated) ||
         status == static_cast<int>(winnow::run::ExitStatus::interrupted);
}

/// Lets the study run for a while.
void wait_ms(int ms) { ::poll(nullptr, 0, ms); }

}  // namespace

TEST_CASE("the crash tests know every crash point there is") {
  std::set<std::string> found = {"commit"};
  const std::regex call(R"re(crash_point\("([a-z_]+)"\))re");
  const std::filesystem::path sources = std::string(WINNOW_SOURCE_DIR) + "/orchestrator";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(sources)) {
    if (entry.path().extension() != ".cpp") continue;
    const std::string text = winnow::tests::read_text(entry.path());
    for (std::sregex_iterator at(text.begin(), text.end(), call), end; at != end; ++at) {
      found.insert((*at)[1]);
    }
  }
  std::set<std::string> known = crash_points;
  known.insert(stop_points.begin(), stop_points.end());
  CHECK(found == known);
}

TEST_CASE("a study that is killed at any named point ends as if it had not been") {
  const CrashStudyShape shape{.trials = 6, .slots = 2, .step_s = 0.005};
  // Reports are committed 0.2 s after the start at the earliest: four of these steps take longer.
  const CrashStudyShape slow_shape{.trials = 6, .slots = 2, .step_s = 0.08};
  const std::string expected = undisturbed_table(shape);
  const auto stride = static_cast<int>(number_from_environment("WINNOW_TEST_CRASH_STRIDE", 1));
  int crashes = 0;
  for (const std::string& point : crash_points) {
    for (int pass = 1;; pass += stride) {
      CrashStudy study(point == "reports_committed" ? slow_shape : shape);
      // A point that only a second session passes is armed from the second session on.
      const bool needs_recovery = point == "recovered_attempt" || point == "attempt_added";
      if (needs_recovery) {
        study.run("process_recorded:2");
        study.wait_for_keeper_at_gate();
      }
      const int first = study.run(point + ":" + std::to_string(pass));
      INFO(point << ":" << pass << "\n" << study.output());
      if (first != crash_exit_code) {
        REQUIRE(first == 0);  // passed fewer times than that: it ran to its end
        REQUIRE(pass > 1);    // every point was visited at least once
        break;
      }
      ++crashes;
      REQUIRE(study.violations_after_crash() == "");
      REQUIRE(study.run() == 0);
      REQUIRE(study.violations_at_end() == "");
      REQUIRE(study.table() == expected);
      // What is shown of ends is compared with the store: there is something to compare.
      REQUIRE(study.output().find(" completed after ") != std::string::npos);
    }
  }
  std::cout << "crashes at " << crash_points.size() << " named points: " << crashes << "\n";
}

TEST_CASE("a mistake of ours on a trial's way fails that trial, elsewhere it ends the session") {
  const CrashStudyShape shape{.trials = 6, .slots = 2, .step_s = 0.005};
  const CrashStudyShape slow_shape{.trials = 6, .slots = 2, .step_s = 0.08};
  const std::string expected = undisturbed_table(shape);
  // A broken promise ends the session wherever it was.
  for (const std::string kind : {"throw", "expect"}) {
    for (const std::string& point : crash_points) {
      if (point == "commit") continue;  // within SQLite nothing is thrown
      CrashStudy study(point == "reports_committed" ? slow_shape : shape);
      const bool needs_recovery = point == "recovered_attempt" || point == "attempt_added";
      if (needs_recovery) {
        study.run("process_recorded:2");
        study.wait_for_keeper_at_gate();
      }
      const int status = study.run(point + ":1:" + kind);
      INFO(point << ":" << kind << "\n" << study.output());
      REQUIRE(study.output().find("thrown at " + point) != std::string::npos);
      // Before the loop there is nothing to report on.
      const bool is_in_loop = point != "session_begun" && point != "recovered_attempt";
      const bool is_reported =
          study.crash_reports().find("thrown at " + point) != std::string::npos;
      REQUIRE(is_reported == is_in_loop);
      if (kind == "throw" && points_of_a_trial.contains(point)) {
        REQUIRE(status == 0);
        REQUIRE(study.violations_at_end() == "");
        REQUIRE(study.table().find("orchestrator_fault: thrown at " + point) != std::string::npos);
        continue;
      }
      REQUIRE(status == static_cast<int>(winnow::run::ExitStatus::bug));
      REQUIRE(study.violations_after_crash() == "");
      REQUIRE(study.run() == 0);
      REQUIRE(study.violations_at_end() == "");
      REQUIRE(study.table() == expected);
    }
  }
}

TEST_CASE("an orchestrator that is killed while it ends its trials leaves them to go on with") {
  // Long enough that both are still running when they are to be ended.
  const CrashStudyShape shape{.trials = 6, .slots = 2, .step_s = 0.2};
  const std::string expected = undisturbed_table(shape);
  for (const std::string& point : stop_points) {
    for (const char* pass : {":1", ":2"}) {
      for (const Resume end : {Resume::adopt, Resume::fresh}) {
        CrashStudy study(shape);
        int status = 0;
        if (end == Resume::fresh) {  // a resuming session ends what it finds
          REQUIRE(study.run("gate_opened:2") == crash_exit_code);
          status = study.run(point + pass, Resume::fresh);
        } else {  // a session that is told to stop ends what it runs
          const pid_t orchestrator = study.start(point + pass);
          for (int i = 0; i < 1000 && !(study.has_store() && study.keepers().size() == 2); ++i) {
            wait_ms(5);
          }
          ::kill(orchestrator, SIGTERM);
          status = CrashStudy::wait(orchestrator);
        }
        INFO(point << pass << "\n" << study.output());
        REQUIRE(status == crash_exit_code);
        REQUIRE(study.violations_after_crash() == "");
        REQUIRE(study.run() == 0);
        REQUIRE(study.violations_at_end() == "");
        REQUIRE(study.table() == expected);
      }
    }
  }
}

TEST_CASE("a recovery that is killed at any commit is finished by the next") {
  const CrashStudyShape shape{.trials = 6, .slots = 2, .step_s = 0.005};
  const std::string expected = undisturbed_table(shape);
  CrashStudy study(shape);
  REQUIRE(study.run("gate_opened:2") == crash_exit_code);
  int crashes = 0;
  int status = 0;
  // Each session gets one commit further than the last one, and dies.
  for (int commits = 1; (status = study.run("commit:" + std::to_string(commits))) != 0; ++commits) {
    INFO(study.output());
    REQUIRE(status == crash_exit_code);
    ++crashes;
  }
  CHECK(crashes > 2);
  CHECK(study.violations_at_end() == "");
  CHECK(study.table() == expected);
}

namespace {

/// What was done to studies, as it is printed.
struct Harm {
  int orchestrators = 0, keepers = 0, programs = 0;  // by SIGKILL
  int quits = 0, stops = 0;
  int kills() const { return orchestrators + keepers + programs; }
};

class RandomHarm final {
 public:
  explicit RandomHarm(std::uint32_t seed) : random_(seed) {}

  int below(int n) { return static_cast<int>(random_() % static_cast<std::uint32_t>(n)); }

  /// Kills one keeper or one program of a trial, if any lives.
  void harm_trial(const CrashStudy& study) {
    const bool is_program = below(2) == 0;
    const std::vector<pid_t> victims = is_program ? study.programs() : study.keepers();
    if (victims.empty()) return;
    ::kill(victims[static_cast<std::size_t>(below(static_cast<int>(victims.size())))], SIGKILL);
    ++(is_program ? done_.programs : done_.keepers);
  }

  /// Sends the orchestrator a signal, mostly KILL; returns which, 0 for none.
  int harm_orchestrator(pid_t orchestrator) {
    constexpr int signals[] = {0, SIGTERM, SIGINT, SIGHUP, SIGQUIT};
    const auto chosen = static_cast<std::size_t>(below(16));
    const int signal = chosen < std::size(signals) ? signals[chosen] : SIGKILL;
    if (signal != 0) ::kill(orchestrator, signal);
    return signal;
  }

  Harm& done() { return done_; }

 private:
  std::mt19937 random_;
  Harm done_;
};

/// One session that is harmed after a while. Did it end by itself?
bool run_session_under_fire(CrashStudy& study, RandomHarm& harm) {
  // As far as most sessions of this study get: what comes after the end kills nothing.
  constexpr int longest_wait_ms = 200;
  const Resume resume = harm.below(4) == 0 ? Resume::fresh : Resume::adopt;
  const pid_t orchestrator = study.start(std::nullopt, resume);
  wait_ms(1 + harm.below(longest_wait_ms));
  if (study.has_store() && harm.below(3) == 0) harm.harm_trial(study);
  const int signal = harm.harm_orchestrator(orchestrator);
  const int status = CrashStudy::wait(orchestrator);
  INFO(study.output());
  if (status == 0) return true;
  if (is_stopped(status)) {
    ++harm.done().stops;
    REQUIRE(study.violations_at_end() == "");
    return false;
  }
  // A stop also kills, as long as nobody listens for it yet.
  REQUIRE(status == -signal);
  ++(signal == SIGKILL ? harm.done().orchestrators : harm.done().quits);
  REQUIRE(study.violations_after_crash() == "");
  return false;
}

}  // namespace

TEST_CASE("a study survives random kills and stops of orchestrator, keepers and trials") {
  const auto kills_wanted = static_cast<int>(number_from_environment("WINNOW_TEST_KILLS", 300));
  const std::uint32_t seed = winnow::tests::seed_of_this_run("random kills");
  RandomHarm harm(seed);
  CrashStudyShape shape{.trials = 12, .slots = 3, .step_s = 0.02, .retries = 1000};
  const std::string expected = undisturbed_table(shape);
  shape.stops_early = true;
  const std::string expected_with_stops = undisturbed_table(shape);
  REQUIRE(expected_with_stops.find(" stopped ") != std::string::npos);
  int studies = 0;
  for (; harm.done().kills() < kills_wanted; ++studies) {
    // Free studies depend on who ends first: their record must explain them, that is all.
    shape.determinism = studies % 3 == 2 ? "free" : "strict";
    shape.stops_early = studies % 2 == 1;
    CrashStudy study(shape);
    INFO("--rng-seed " << seed << " repeats this; study " << studies);
    while (!run_session_under_fire(study, harm)) continue;
    INFO(study.output());
    REQUIRE(study.violations_at_end() == "");
    if (shape.determinism == "free") continue;
    REQUIRE(study.table() == (shape.stops_early ? expected_with_stops : expected));
  }
  const Harm& done = harm.done();
  std::cout << "SIGKILLs: " << done.kills() << " (" << done.orchestrators << " orchestrators, "
            << done.keepers << " keepers, " << done.programs << " trials); stopped: " << done.stops
            << ", by SIGQUIT or too early to be stopped: " << done.quits << "; studies: " << studies
            << std::endl;
}
