// Trials that put links and pipes in the place of what winnow writes, while it writes.
#include <catch2/catch.hpp>

#include "tests/end_to_end/program.hpp"

using Catch::Contains;
using namespace winnow::tests;

TEST_CASE("links that a trial puts into its study lead nothing out of it") {
  const Winnow winnow;
  winnow.shell("mkdir outside; echo mine > canary; cp canary before");
  winnow.write_study(
      "s",
      "report() { echo '{\"loss\":1}' >> \"$WINNOW_REPORT_FILE\"; }; own=$(dirname "
      "\"$WINNOW_REPORT_FILE\"); case $WINNOW_TRIAL in "
      // the folder of the next trial
      "0) ln -s \"$PWD/outside\" studies/s/trials/0001; report;; "
      // its own folder, before it is told to end
      "2) mv \"$own\" \"$own.away\"; ln -s \"$PWD/outside\" \"$own\"; exec sleep 100;; "
      // what it is told to end with
      "3) ln -s \"$PWD/canary\" \"$own/control.jsonl\"; exec sleep 100;; "
      // what it reports in
      "4) rm \"$own/reports.jsonl\"; ln -s \"$PWD/canary\" \"$own/reports.jsonl\";; "
      "*) report;; esac",
      "max_trials: 6, trial_timeout: 1s");
  const Answer run = winnow("run s.yaml 2>&1");
  INFO(run.output);
  CHECK(run.code == 0);
  CHECK(winnow.shell("ls -A outside; cmp canary before && echo same").output == "same\n");
  const auto trials = winnow("trials s --json").json()["trials"];
  REQUIRE(trials.size() == 6);
  CHECK(trials[0]["state"] == "completed");
  CHECK_THAT(trials[1]["reason"].get<std::string>(), Contains("no link is followed there"));
  for (const int number : {1, 2, 3, 4}) CHECK(trials[number]["state"] == "failed");
  CHECK_THAT(trials[4]["reason"].get<std::string>(), Contains("a link stands in the place"));
  CHECK(trials[5]["state"] == "completed");
  CHECK(winnow.shell("cat canary").output == "mine\n");
}

TEST_CASE("pipes that a trial puts into the place of files keep nobody waiting") {
  const Winnow winnow;
  winnow.write_study(
      "s",
      "own=$(dirname \"$WINNOW_REPORT_FILE\"); case $WINNOW_TRIAL in "
      // the log of the next trial
      "0) mkdir -p studies/s/trials/0001/attempt-1; mkfifo "
      "studies/s/trials/0001/attempt-1/log.txt; "
      "echo '{\"loss\":1}' >> \"$WINNOW_REPORT_FILE\";; "
      // what it reports in
      "2) rm \"$own/reports.jsonl\"; mkfifo \"$own/reports.jsonl\"; exec sleep 100;; "
      // what it is told to end with
      "3) mkfifo \"$own/control.jsonl\"; exec sleep 100;; "
      "*) echo '{\"loss\":1}' >> \"$WINNOW_REPORT_FILE\";; esac",
      "max_trials: 5, trial_timeout: 1s");
  const Answer run = winnow("run s.yaml 2>&1");
  INFO(run.output);
  CHECK(run.code == 0);
  const auto trials = winnow("trials s --json").json()["trials"];
  REQUIRE(trials.size() == 5);
  CHECK_THAT(trials[1]["reason"].get<std::string>(), Contains("log.txt for appending"));
  CHECK_THAT(trials[2]["reason"].get<std::string>(), Contains("no file stands in the place"));
  for (const int number : {1, 2, 3}) CHECK(trials[number]["state"] == "failed");
  CHECK(trials[4]["state"] == "completed");
}
