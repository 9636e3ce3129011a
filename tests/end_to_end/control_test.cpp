// Commands that reach a running study.
#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "tests/end_to_end/program.hpp"

using Catch::Contains;
using namespace winnow::tests;

namespace {

/// A study whose trials each wait for a line of the pipe `go`.
void write_waiting_study(const Winnow& winnow) {
  REQUIRE(::mkfifo((winnow.folder() / "go").c_str(), 0600) == 0);
  winnow.write_study("s", "read line < go; echo '{\"loss\":0.5}' >> \"$WINNOW_REPORT_FILE\"",
                     "max_trials: 2");
}

// "$winnow" COMMAND until the orchestrator is there to hear it.
const std::string begin =
    "\"$winnow\" run s.yaml > out.txt 2>&1 & run=$!\n"
    "until \"$winnow\" show s 0 > /dev/null 2>&1; do :; done\n";

}  // namespace

TEST_CASE("stop lets the running trial finish and starts no other") {
  const Winnow winnow;
  write_waiting_study(winnow);
  const Answer answer = winnow.shell(begin +
                                     "until \"$winnow\" stop s 2>/dev/null; do :; done\n"
                                     "stat -c %a studies/s/control.sock\n"
                                     "echo > go; wait $run; echo $?");
  CHECK(answer.output == "no further trials start; 1 running ones may finish\n600\n130\n");
  const auto counts = winnow("status s --json").json()["counts"];
  CHECK(counts["completed"] == 1);
  CHECK(counts["queued"] == 0);
  CHECK_FALSE(std::filesystem::exists(winnow.folder() / "studies/s/control.sock"));
}

TEST_CASE("cancel ends the running trial, which goes on with the next session") {
  const Winnow winnow;
  write_waiting_study(winnow);
  const Answer answer = winnow.shell(begin +
                                     "until \"$winnow\" cancel s 2>/dev/null; do :; done\n"
                                     "wait $run; echo $?");
  CHECK(answer.output == "1 running trials are told to end\n143\n");
  CHECK(winnow("status s --json").json()["counts"]["queued"] == 1);
}

TEST_CASE("a paused study starts nothing until it is unpaused") {
  const Winnow winnow;
  write_waiting_study(winnow);
  const Answer answer =
      winnow.shell(begin +
                   "until \"$winnow\" pause s 2>/dev/null; do :; done\necho > go\n"
                   "until \"$winnow\" status s | grep -q '1 completed'; do :; done\n"
                   "\"$winnow\" trials s --csv | tail -n +2 | wc -l\n\"$winnow\" unpause s\n"
                   "echo > go; wait $run; echo $?");
  CHECK(answer.output == "paused; 1 trials still run\n1\ngoing on; 0 trials run\n0\n");
  CHECK(winnow("status s --json").json()["counts"]["completed"] == 2);
  CHECK_THAT(read_text(winnow.folder() / "out.txt"), Contains("paused: no further trial starts"));
}

TEST_CASE("commands to a study that does not run say so") {
  const Winnow winnow;
  winnow.write_study("s", "echo '{\"loss\":0.5}' >> \"$WINNOW_REPORT_FILE\"");
  REQUIRE(winnow("run s.yaml --quiet 2>&1").code == 0);
  const Answer answer = winnow("pause s 2>&1");
  CHECK(answer.code == 2);
  CHECK_THAT(answer.output, Contains("no orchestrator is at work"));
  CHECK(winnow("stop nothing 2>&1").code == 2);
}
