// Commands that reach a running study.
#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "storage/store.hpp"
#include "tests/end_to_end/program.hpp"

using Catch::Contains;
using namespace winnow;
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

// Lets every trial go on, until `run` has ended. A line that is written while an earlier trial
// still has the pipe open goes to that one: so there are more of them than trials.
const std::string feed =
    "(trap '' PIPE; while :; do echo > go; done) 2> /dev/null & feeder=$!\n"
    "wait $run; code=$?; kill $feeder; echo $code";

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

TEST_CASE("a killed trial is cancelled and the study goes on") {
  const Winnow winnow;
  write_waiting_study(winnow);
  const Answer answer = winnow.shell(begin +
                                     "until \"$winnow\" kill s 0 2>/dev/null; do :; done\n"
                                     "until \"$winnow\" show s 1 >/dev/null 2>&1; do :; done\n"
                                     "echo > go; wait $run; echo $?; \"$winnow\" kill s 0 2>&1");
  CHECK_THAT(answer.output, Contains("trial 0 is told to end; it will be cancelled\n0\n") &&
                                Contains("it is over (max_trials)"));
  const auto trials = winnow("trials s --json").json()["trials"];
  CHECK(trials[0]["state"] == "cancelled");
  CHECK(trials[0]["reason"] == "killed by its user");
  CHECK(trials[1]["state"] == "completed");
}

TEST_CASE("points of the user's run next, and limits change while the study runs") {
  const Winnow winnow;
  write_waiting_study(winnow);
  const Answer answer = winnow.shell(
      begin +
      "until \"$winnow\" enqueue s x=0.75 2>/dev/null; do :; done\n"
      "\"$winnow\" enqueue s x=0.5 2>&1; \"$winnow\" retry s 0 2>&1\n"
      "\"$winnow\" enqueue s y=1 2>&1; \"$winnow\" set s seed=4 2>&1\n"
      "\"$winnow\" set s max_trials=4; \"$winnow\" set s max_trials=3 max_concurrent=2\n"
      "\"$winnow\" enqueue s x=0.5\n" +
      feed);
  CHECK_THAT(answer.output,
             Contains("trial 1 will run it\n") && Contains("all 2 trials were started") &&
                 Contains("trial 0 is running") && Contains("there is no parameter `y`") &&
                 Contains("seed was 0") && Contains("limits.max_trials: 4 → 3\n") &&
                 Contains("max_concurrent counts from the next `winnow resume studies/s` on") &&
                 Contains("trial 2 will run it\n0\n"));
  const auto trials = winnow("trials s --json").json()["trials"];
  REQUIRE(trials.size() == 3);
  CHECK(trials[1]["params"]["x"] == 0.75);
  CHECK(trials[2]["params"]["x"] == 0.5);
  CHECK(winnow("db check s").code == 0);
  // What the method plans for stays what it was at first, however often it is set.
  const store::StudyRow study =
      store::Store::open_read_only(winnow.folder() / "studies/s/study.db").study();
  CHECK_THAT(study.spec, Contains("\"planned_trials\":2"));
}

TEST_CASE("a study at rest takes points and limits too, and a later session runs them") {
  const Winnow winnow;
  write_waiting_study(winnow);
  REQUIRE(
      winnow.shell(begin + "until \"$winnow\" cancel s 2>/dev/null; do :; done\nwait $run\ntrue")
          .code == 0);
  CHECK(winnow("enqueue s x=0.25").output == "trial 1 will run it\n");
  CHECK(winnow("set s max_trials=3").output == "limits.max_trials: 2 → 3\n");
  CHECK(winnow("kill s 0").output == "trial 0 is cancelled\n");
  CHECK(winnow("kill s 0 2>&1").code == 2);
  CHECK(winnow("retry s 0").output == "trial 2 will run the point of trial 0\n");
  const Answer run = winnow.shell("\"$winnow\" resume s --quiet & run=$!\n" + feed);
  CHECK_THAT(run.output, Contains("\n0\n"));
  const auto trials = winnow("trials s --json").json()["trials"];
  REQUIRE(trials.size() == 3);
  CHECK(trials[0]["state"] == "cancelled");
  CHECK(trials[1]["params"]["x"] == 0.25);
  CHECK(trials[2]["params"] == trials[0]["params"]);
  CHECK(winnow("db check s").code == 0);
  CHECK(winnow("enqueue s x=0.25 2>&1").code == 2);  // it is over
}

TEST_CASE("a study whose file has changed goes on only where that may be") {
  const Winnow winnow;
  write_waiting_study(winnow);
  REQUIRE(
      winnow.shell(begin + "until \"$winnow\" cancel s 2>/dev/null; do :; done\nwait $run\ntrue")
          .code == 0);
  const std::string before = read_text(winnow.folder() / "s.yaml");
  std::string file = before;
  write_text(winnow.folder() / "s.yaml", file.replace(file.find("max: 1.0"), 8, "max: 2.0"));
  const Answer refused = winnow("resume s 2>&1");
  CHECK(refused.code == 3);
  CHECK_THAT(refused.output, Contains("s.yaml: error: parameters.x.max: 1.0 → 2.0 [changed]") &&
                                 Contains("winnow fork studies/s NAME --file s.yaml"));
  file = before;
  write_text(winnow.folder() / "s.yaml",
             file.replace(file.find("max_trials: 2"), 13, "max_trials: 1"));
  const Answer run = winnow.shell("\"$winnow\" resume s & run=$!\necho > go; wait $run; echo $?");
  CHECK_THAT(run.output,
             Contains("s.yaml has changed: limits.max_trials: 2 → 1") && Contains("\n0\n"));
  CHECK(winnow("trials s --json").json()["trials"].size() == 1);
}

TEST_CASE("a fork knows what the study before it has found out") {
  const Winnow winnow;
  winnow.write_study("s", "echo \"{\\\"loss\\\":$WINNOW_PARAM_X}\" >> \"$WINNOW_REPORT_FILE\"",
                     "max_trials: 3");
  REQUIRE(winnow("run s.yaml --quiet 2>&1").code == 0);
  const Answer fork = winnow("fork s t method=gp limits.max_trials=2 2>&1");
  INFO(fork.output);
  CHECK(fork.code == 0);
  CHECK_THAT(fork.output, Contains("study t knows 3 trials; `winnow resume studies/t` runs it\n"));
  REQUIRE(winnow("resume t --quiet 2>&1").code == 0);
  const auto old_trials = winnow("trials s --json").json()["trials"];
  const auto trials = winnow("trials t --json").json()["trials"];
  REQUIRE(trials.size() == 5);
  for (std::size_t k = 0; k < 3; ++k) {
    CHECK(trials[k]["params"] == old_trials[k]["params"]);
    CHECK(trials[k]["values"] == old_trials[k]["values"]);
    CHECK(trials[k]["attempts"] == 0);
  }
  CHECK(winnow("show t 4 --json").json()["trial"]["history"] == 4);
  CHECK(winnow("db check t").code == 0);
  CHECK(winnow("show t 0").code == 0);
  CHECK(winnow("fork s t 2>&1").code == 2);
  const Answer narrow = winnow("fork s u parameters.x.max=0.0001 2>&1");
  CHECK_THAT(narrow.output, Contains("3 left out, trial 0, trial 1, trial 2: x is not") &&
                                Contains("study u knows 0 trials"));
}

TEST_CASE("prior studies are as they were when a study began, however they change afterwards") {
  const Winnow winnow;
  const std::string program = "echo \"{\\\"loss\\\":$WINNOW_PARAM_X}\" >> \"$WINNOW_REPORT_FILE\"";
  winnow.write_study("old", program, "max_trials: 12");
  REQUIRE(winnow("run old.yaml --quiet 2>&1").code == 0);
  const auto proposals = [&](const std::string& name) {
    nlohmann::json points;
    const nlohmann::json answer = winnow("trials " + name + " --json").json();
    for (const auto& trial : answer["trials"]) points.push_back(trial["params"]);
    return points;
  };
  const std::string as_prior = " 'prior_studies=[old]' method=tpe limits.max_trials=6 ";
  winnow.write_study("s", program);
  const Answer whole = winnow("run s.yaml name=whole" + as_prior + "--quiet 2>&1");
  INFO(whole.output);
  REQUIRE(whole.code == 0);
  CHECK_THAT(whole.output, Contains("prior study old: 12 trials"));
  // The same, killed before its fourth trial and resumed when the old study is gone.
  REQUIRE(winnow.with("WINNOW_CRASH_AT=asked:4", "run s.yaml name=half" + as_prior + "--quiet 2>&1")
              .code != 0);
  const Answer plan = winnow("plan s.yaml name=seen" + as_prior + "--proposals 1 2>&1");
  CHECK_THAT(plan.output, Contains("prior study old: 12 trials"));
  winnow.shell("rm -r studies/old");
  CHECK(winnow("run s.yaml name=late" + as_prior + "--quiet 2>&1").code == 2);
  REQUIRE(winnow("db check half").code == 0);
  const Answer rest = winnow("resume half --quiet 2>&1");
  INFO(rest.output);
  CHECK(rest.code == 0);
  CHECK_FALSE(Contains("would now be").match(rest.output));
  CHECK(proposals("half") == proposals("whole"));
  REQUIRE(winnow("run s.yaml name=without method=tpe limits.max_trials=6 --quiet 2>&1").code == 0);
  CHECK_FALSE(proposals("without") == proposals("whole"));
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
