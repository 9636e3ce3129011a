#include "orchestrator/process/process_limit.hpp"

#include <catch2/catch.hpp>
#include <climits>

#include "tests/support/temporary_folder.hpp"

using namespace winnow::run;

TEST_CASE("a control group says how many processes it may still have") {
  const winnow::tests::TemporaryFolder group;
  CHECK_FALSE(processes_left(group.path()));
  winnow::tests::write_text(group / "pids.max", "max\n");
  winnow::tests::write_text(group / "pids.current", "40\n");
  CHECK_FALSE(processes_left(group.path()));
  winnow::tests::write_text(group / "pids.max", "100\n");
  CHECK(processes_left(group.path()) == 60);
  winnow::tests::write_text(group / "pids.max", "10\n");  // lowered under those that run
  CHECK(processes_left(group.path()) == 0);
}

TEST_CASE("a trial needs two processes, and some are left for others") {
  CHECK(trials_within(0) == 0);
  CHECK(trials_within(17) == 0);
  CHECK(trials_within(18) == 1);
  CHECK(trials_within(60) == 22);
  CHECK(trials_within(ULLONG_MAX) == INT_MAX);
}
