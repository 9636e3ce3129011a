// The first steps of a new user, and of one who comes from elsewhere.
#include <catch2/catch.hpp>

#include "tests/end_to_end/program.hpp"

using Catch::Contains;
using namespace winnow::tests;

TEST_CASE("what init makes can be run as it is") {
  const Winnow winnow;
  const Answer made = winnow("init first");
  CHECK_THAT(made.output, Contains("winnow run first/study.yaml"));
  CHECK(winnow("init first 2>&1").code == 2);
  CHECK(winnow("validate first/study.yaml 2>&1").code == 0);
  REQUIRE(winnow("run first/study.yaml limits.max_trials=3 --quiet 2>&1").code == 0);
  CHECK_THAT(winnow("best my-first").output, Contains("trial "));
}

TEST_CASE("a sweep with exponents is imported, validated and run") {
  const Winnow winnow;
  write_text(winnow.folder() / "train.py",
             "import os\nopen(os.environ['WINNOW_REPORT_FILE'], 'a').write('{\"loss\": 1}\\n')\n");
  write_text(winnow.folder() / "sweep.yaml",
             "program: train.py\nmethod: random\nproject: p\nrun_cap: 2\nmetric: {name: loss}\n"
             "parameters: {lr: {distribution: log_uniform, min: -9, max: 0}}\n");
  CHECK(winnow("validate sweep.yaml 2>&1").code == 3);
  CHECK_THAT(winnow("import wandb sweep.yaml").output, Contains("takes exponents of e"));
  const Answer written = winnow("import wandb sweep.yaml --to study.yaml");
  CHECK(written.code == 0);
  CHECK_THAT(written.output, Contains("`project` is left out"));
  CHECK(winnow("import wandb sweep.yaml --to study.yaml 2>&1").code == 2);
  CHECK(winnow("run study.yaml --quiet 2>&1").code == 0);
  const Answer unknown = winnow("import wandbb sweep.yaml 2>&1");
  CHECK(unknown.code == 2);
  CHECK_THAT(unknown.output, Contains("did you mean `wandb`?"));
}

TEST_CASE("what Optuna has in the place of study files is named") {
  const Winnow winnow;
  const Answer answer = winnow("init --from optuna optuna.db 2>&1");
  CHECK(answer.code == 2);
  CHECK_THAT(answer.output, Contains("winnow import optuna"));
}

TEST_CASE("a study knows the trials of a table, and goes on from them") {
  const Winnow winnow;
  winnow.write_study("s", "echo \"{\\\"loss\\\":$WINNOW_PARAM_X}\" >> \"$WINNOW_REPORT_FILE\"",
                     "max_trials: 2");
  write_text(winnow.folder() / "past.csv", "x,loss\n0.25,7\n0.5,8\n3,1\n");
  const Answer made = winnow("import csv past.csv --study s.yaml 2>&1");
  CHECK(made.code == 0);
  CHECK_THAT(made.output,
             Contains("1 left out, line 4: x is not") && Contains("study s knows 2 trials"));
  REQUIRE(winnow("resume s --quiet 2>&1").code == 0);
  const auto trials = winnow("trials s --json").json()["trials"];
  REQUIRE(trials.size() == 4);
  CHECK(trials[1]["values"]["loss"] == 8.0);
  CHECK(trials[2]["attempts"] == 1);
  CHECK(winnow("db check s").code == 0);
  CHECK(winnow("import csv past.csv 2>&1").code == 2);
}

TEST_CASE("a study is not made in a folder that is used for something else") {
  const Winnow winnow;
  winnow.write_study("s", "echo '{\"loss\":0.5}' >> \"$WINNOW_REPORT_FILE\"");
  winnow.shell("mkdir -p studies/s; echo mine > studies/s/notes");
  const Answer refused = winnow("run s.yaml 2>&1");
  CHECK(refused.code == 2);
  CHECK_THAT(refused.output, Contains("studies/s is not empty and holds no study: it has notes"));
  CHECK(winnow.shell("ls -A studies/s").output == "notes\n");
  // What a `run` that was killed before it had a store leaves is no obstacle, and goes.
  winnow.shell("rm studies/s/notes; touch studies/s/study.lock studies/s/study.db.new-a1B2c3");
  CHECK(winnow("run s.yaml --quiet 2>&1").code == 0);
  CHECK(winnow.shell("ls studies/s/study.db*").output == "studies/s/study.db\n");
}

TEST_CASE("a run for whose store there is no space leaves nothing") {
  const Winnow winnow;
  winnow.write_study("s", "true");
  // A limit on the size of files instead of a full disk: nothing can be written into any.
  const Answer answer =
      winnow.shell("trap '' XFSZ; ulimit -f 0; \"$winnow\" run s.yaml 2> /dev/null");
  CHECK(answer.code == 5);
  CHECK(winnow.shell("ls -d studies 2> /dev/null").output.empty());
}

TEST_CASE("top prints its table once where there is no terminal") {
  const Winnow winnow;
  winnow.write_study("s", "echo '{\"loss\":0.5}' >> \"$WINNOW_REPORT_FILE\"", "max_trials: 2");
  REQUIRE(winnow("run s.yaml --quiet 2>&1").code == 0);
  const Answer answer = winnow("top s");
  CHECK(answer.code == 0);
  CHECK_THAT(answer.output, Contains("s: over: max_trials\n2 completed\n") &&
                                Contains("1  completed") && !Contains("\x1b"));
}

TEST_CASE("a running study answers Prometheus, and its numbers go to TensorBoard") {
  const Winnow winnow;
  winnow.write_study(
      "s", "echo '{\"loss\":0.5}' >> \"$WINNOW_REPORT_FILE\"; until [ -e over ]; do :; done");
  // bash opens the connection by itself.
  const Answer answer = winnow.shell(
      "\"$winnow\" run s.yaml --metrics 0 > out.txt 2>&1 & run=$!\n"
      "until grep -qs 'trial 0 started' out.txt; do :; done\n"
      "port=$(sed -n 's/.*127.0.0.1:\\([0-9]*\\).*/\\1/p' out.txt)\n"
      "bash -c \"exec 3<>/dev/tcp/127.0.0.1/$port; printf 'GET /metrics HTTP/1.0\\r\\n\\r\\n' >&3;"
      " cat <&3\"\ntouch over; wait $run");
  CHECK(answer.code == 0);
  CHECK_THAT(answer.output, Contains("200 OK") &&
                                Contains("winnow_trials{study=\"s\",state=\"running\"} 1\n") &&
                                Contains("winnow_orchestrator_up{study=\"s\"} 1\n"));
  CHECK(winnow("export s --tensorboard events").code == 0);
  CHECK(winnow.shell("ls events/*/*").output.find("events/trial-0000/events.out.tfevents.") == 0);
  CHECK(winnow("run s.yaml --metrics 70000 2>&1").code == 2);
}

TEST_CASE("what looks like a secret is not printed") {
  const Winnow winnow;
  winnow.write_study("s", "true", "max_trials: 1", "env: {API_KEY: hunter2, OTHER: shown}");
  for (const char* words : {"validate s.yaml --print", "plan s.yaml", "plan s.yaml --json"}) {
    const Answer answer = winnow(words);
    CHECK(answer.code == 0);
    CHECK_THAT(answer.output, Contains("(hidden)") && Contains("shown") && !Contains("hunter2"));
  }
  for (const char* words : {"validate s.yaml 2>&1", "run s.yaml 2>&1"}) {
    CHECK_THAT(winnow(words).output,
               Contains("API_KEY looks like a secret") && !Contains("hunter2"));
  }
}

TEST_CASE("nothing that is written holds the environment that winnow was run in") {
  const Winnow winnow;
  winnow.write_study("s",
                     "test $(printenv API_TOKEN | wc -c) = 9 && echo '{\"loss\":1}' >> "
                     "\"$WINNOW_REPORT_FILE\"");
  for (const char* words : {"run s.yaml --quiet 2>&1", "export s tables --csv", "report s",
                            "export s events --tensorboard", "plan s.yaml --root other > plan"}) {
    CAPTURE(words);
    REQUIRE(winnow.with("API_TOKEN=canary-1", words).code == 0);
  }
  CHECK(winnow.shell("grep -rla canary-1 .").output.empty());
}
