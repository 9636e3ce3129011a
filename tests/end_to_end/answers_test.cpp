// What programs are told: reading commands as JSON, exit codes of commands that look around.
#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/end_to_end/program.hpp"

using Catch::Contains;
using namespace winnow::tests;

namespace {

namespace fs = std::filesystem;

const std::string says_a_line = "echo says; echo '{\"loss\":1}' >> \"$WINNOW_REPORT_FILE\"";

}  // namespace

TEST_CASE("db check and logs answer in JSON") {
  const Winnow winnow;
  winnow.write_study("s", says_a_line);
  REQUIRE(winnow("run s.yaml --quiet 2>&1").code == 0);
  const nlohmann::json sound = winnow("db check s --json").json();
  CHECK(sound["version"] == 1);
  CHECK(sound["trials"] == 1);
  CHECK(sound["violations"].empty());
  const nlohmann::json log = winnow("logs s 0 --json").json();
  CHECK(log["attempt"] == 1);
  CHECK(log["log"] == "says\n");
  CHECK(winnow("db backup s --json 2>&1").code == 2);
  const Answer upgraded = winnow("db upgrade s");
  CHECK(upgraded.code == 0);
  CHECK_THAT(upgraded.output, Contains("the newest one"));
  fs::remove(winnow.folder() / "studies/s/trials/0000/attempt-1/reports.jsonl");
  const Answer damaged = winnow("db check s --json");
  CHECK(damaged.code == 5);
  CHECK_FALSE(damaged.json()["violations"].empty());
}

TEST_CASE("test-metrics answers in JSON with the lines of what it found") {
  const Winnow winnow;
  write_text(winnow.folder() / "old.log", "begins\nloss=0.5\nends\n");
  const nlohmann::json found = winnow("test-metrics katib --json < old.log").json();
  CHECK(found["lines"] == 3);
  REQUIRE(found["reports"].size() == 1);
  CHECK(found["reports"][0]["line"] == 2);
  CHECK(found["reports"][0]["report"]["values"]["loss"] == 0.5);
  const Answer nothing = winnow("test-metrics keras --json < old.log");
  CHECK(nothing.code == 1);
  CHECK(nothing.json()["reports"].empty());
}

TEST_CASE("a study is found by its name with a slash behind it, as shells complete it") {
  const Winnow winnow;
  winnow.write_study("s", says_a_line);
  REQUIRE(winnow("run s.yaml --quiet 2>&1").code == 0);
  CHECK(winnow("status s/ --json").json()["study"] == "s");
  CHECK(winnow("status none/ 2>&1").code == 2);
}

TEST_CASE("init --from makes the study file of another tool's") {
  const Winnow winnow;
  write_text(winnow.folder() / "sweep.yaml",
             "program: t.py\nmethod: random\nmetric: {name: loss}\nrun_cap: 3\n"
             "parameters: {x: {min: 0.0, max: 1.0}}\n");
  const Answer wrong = winnow("init --from wandv sweep.yaml 2>&1");
  CHECK(wrong.code == 2);
  CHECK_THAT(wrong.output, Contains("did you mean `wandb`?"));
  REQUIRE(winnow("init --from wandb sweep.yaml 2>&1").code == 0);
  CHECK_THAT(read_text(winnow.folder() / "study.yaml"), Contains("max_trials"));
  CHECK(winnow("init --from wandb sweep.yaml 2>&1").code == 2);  // it exists by now
}

TEST_CASE("doctor says by its exit code that the trainer is missing") {
  const Winnow winnow;
  const Answer answer = winnow.with("WINNOW_TRAINER=/nonexistent/trainer", "doctor 2>&1");
  CHECK(answer.code == 6);
  CHECK_THAT(answer.output, Contains("studies with a `command:` run without it"));
}

TEST_CASE("a reason of several lines is shown on one") {
  const Winnow winnow;
  winnow.write_study(
      "s", R"(printf '{"type":"failed","kind":"config_wrong","message":"a: one\\nb: two"}\n' )"
           R"(>> "$WINNOW_REPORT_FILE"; exit 64)");
  CHECK(winnow("run s.yaml --quiet 2>&1").code == 1);
  const nlohmann::json trial = winnow("trials s --json").json()["trials"][0];
  CHECK(trial["reason"] == "config_wrong: a: one; b: two");
}
