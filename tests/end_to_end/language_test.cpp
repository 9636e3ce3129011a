// The study language and the trial's contract, as a user meets them.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <sstream>

#include "tests/end_to_end/program.hpp"

using Catch::Contains;
using namespace winnow::tests;

TEST_CASE("derived values reach the trial with the others") {
  const Winnow winnow;
  winnow.write_study("s",
                     "cat \"$WINNOW_PARAMS_FILE\"; echo $WINNOW_PARAM_STEPS; "
                     "echo '{\"loss\":1}' >> \"$WINNOW_REPORT_FILE\"");
  std::string study = read_text(winnow.folder() / "s.yaml");
  study.replace(study.find("x: {min: 0.0, max: 1.0}"), 23,
                "batch: {value: 8}, steps: {expr: \"256 / batch\"}");
  write_text(winnow.folder() / "s.yaml", study);
  REQUIRE(winnow("run s.yaml --quiet 2>&1").code == 0);
  CHECK(winnow("logs s 0").output == "{\"batch\":8,\"steps\":32}\n32\n");
  CHECK(winnow("trials s --json").json()["trials"][0]["params"].dump() == R"({"batch":8})");
}

TEST_CASE("numbers are found in what a program prints, and nothing else changes for it") {
  const Winnow winnow;
  winnow.write_study("s",
                     "echo 'epoch 1 loss=0.5'; echo 'loss = 0.25, accuracy=9e-1' >&2; "
                     "echo '::winnow {\"step\":7,\"extra\":3}'; printf 'no end'");
  std::string study = read_text(winnow.folder() / "s.yaml");
  study.replace(study.find("trial:\n"), 7, "trial:\n  metrics_from: {stdout: [tagged, katib]}\n");
  write_text(winnow.folder() / "s.yaml", study);
  REQUIRE(winnow("run s.yaml --quiet 2>&1").code == 0);
  const auto trial = winnow("trials s --json").json()["trials"][0];
  CHECK(trial["values"].dump() == R"({"accuracy":0.9,"extra":3.0,"loss":0.25})");
  CHECK(winnow("logs s 0").output ==
        "epoch 1 loss=0.5\nloss = 0.25, accuracy=9e-1\n::winnow {\"step\":7,\"extra\":3}\nno end");
}

TEST_CASE("values reach a program byte for byte, whatever a shell would make of them") {
  const Winnow winnow;
  const nlohmann::json values = {"$(touch x)",  "`touch x`", "a'b\"c",  "two\nlines", "${IFS}",
                                 "\x1b[31mred", "<script>",  "../../x", "-rf",        "*"};
  write_text(
      winnow.folder() / "s.yaml",
      "name: s\nmethod: grid\nmetric: {name: loss}\nparameters: {t: {values: " + values.dump() +
          "}}\ntrial:\n  command: [/bin/sh, -c, 'printf \"<%s>\" \"$@\"; echo "
          "\"{\\\"loss\\\":1}\" >> \"$WINNOW_REPORT_FILE\"', sh, '${args}', '$HOME *']\n");
  REQUIRE(winnow("run s.yaml --quiet 2>&1").code == 0);
  for (std::size_t trial = 0; trial < values.size(); ++trial) {
    CHECK(winnow(fmt::format("logs s {}", trial)).output ==
          fmt::format("<--t={}><$HOME *>", values[trial].get<std::string>()));
  }
  CHECK_FALSE(std::filesystem::exists(winnow.folder() / "x"));
}

TEST_CASE("only the checkpoints stay that a study wants to keep, and a log's words end a trial") {
  const Winnow winnow;
  winnow.run_example("kept_checkpoints");
  const auto trials = winnow("trials kept-checkpoints --json").json()["trials"];
  std::size_t infeasible = 0;
  for (const auto& trial : trials) {
    if (trial["state"] == "completed") continue;
    CHECK_THAT(trial["reason"].get<std::string>(), Contains("infeasible: diverged at step"));
    CHECK(trial["attempts"] == 1);
    ++infeasible;
  }
  CHECK(infeasible > 0);
  CHECK(infeasible < trials.size());
  // The newest of each, and the best of all where that is not the newest of its trial.
  const std::string kept =
      winnow.shell("ls -d studies/kept-checkpoints/trials/*/checkpoints/*").output;
  const auto completed = static_cast<std::ptrdiff_t>(trials.size() - infeasible);
  CHECK(std::ranges::count(kept, '\n') >= completed);
  CHECK(std::ranges::count(kept, '\n') <= std::ptrdiff_t(trials.size()) + 1);
  CHECK(winnow("export kept-checkpoints kept --best 2>&1").code == 0);
}

TEST_CASE("a running study and a log can be read as JSON lines") {
  const Winnow winnow;
  winnow.write_study("s", "echo one; echo two; echo '{\"loss\":1}' >> \"$WINNOW_REPORT_FILE\"");
  const Answer run = winnow("run s.yaml --jsonl 2>/dev/null");
  REQUIRE(run.code == 0);
  std::vector<nlohmann::json> lines;
  std::istringstream text(run.output);
  for (std::string line; std::getline(text, line);) lines.push_back(nlohmann::json::parse(line));
  REQUIRE(lines.size() >= 3);
  CHECK(lines[0]["running"] == nlohmann::json({0}));
  CHECK(lines[1]["completed"] == 1);
  CHECK(lines[1]["best"].dump() == R"({"loss":1.0,"trial":0})");
  CHECK_THAT(lines.back()["note"].get<std::string>(), Contains("study over"));
  CHECK(winnow("logs s 0 --jsonl").output ==
        "{\"version\":1,\"attempt\":1,\"line\":\"one\"}\n"
        "{\"version\":1,\"attempt\":1,\"line\":\"two\"}\n");
  CHECK(winnow("run s.yaml --jsonl --quiet 2>&1").code == 2);
  CHECK(winnow("validate s.yaml --format json").json()["faults"].empty());
  CHECK(winnow("validate s.yaml --format xml 2>&1").code == 2);
}

TEST_CASE("a tapped program ends as it would by itself") {
  const Winnow winnow;
  CHECK(winnow("tap -- /bin/sh -c 'exit 64'").code == 64);
  CHECK(winnow("tap -- /bin/sh -c 'echo \"$1\"' x --y").output == "--y\n");
  CHECK(winnow.shell("\"$winnow\" tap -- /bin/sh -c 'kill -KILL $$' 2>/dev/null; echo $?").output ==
        "137\n");
  CHECK(winnow("tap -- /no/such/program 2>&1").code == 6);
  CHECK(winnow("tap 2>&1").code == 2);
  CHECK(winnow("tap --patterns '[\"(\"]' -- /bin/true 2>&1").code == 2);
}

TEST_CASE("a pattern can be tried on an old log") {
  const Winnow winnow;
  write_text(winnow.folder() / "old.log", "start\nloss: 1.5 (step 3)\nloss is 2 at 4\n");
  const Answer guild = winnow("test-metrics guild < old.log 2>/dev/null");
  CHECK(guild.code == 0);
  CHECK(guild.output == "2: {\"step\":3,\"type\":\"metric\",\"values\":{\"loss\":1.5}}\n");
  CHECK_THAT(winnow("test-metrics 'loss is (?<loss>\\S+) at (?<step>\\d+)' < old.log 2>&1").output,
             Contains("3: {\"step\":4,") && Contains("1 of 3 lines are reports"));
  CHECK(winnow("test-metrics katib < old.log 2>&1").code == 1);
  CHECK(winnow("test-metrics < old.log 2>&1").code == 2);
}

TEST_CASE("programs in any language report through the shims of examples/clients") {
  const std::string clients = std::string(WINNOW_SOURCE_DIR) + "/examples/clients";
  const std::string head =
      "method: grid\nmetric: {name: loss}\n"
      "parameters: {rate: {values: [0.1, 0.5]}}\n";
  const auto losses = [&](const Winnow& winnow, const std::string& trial) {
    write_text(winnow.folder() / "s.yaml", head + "trial: {" + trial + "}\n");
    const Answer run = winnow("run s.yaml --quiet 2>&1");
    INFO(run.output);
    CHECK(run.code == 0);
    const auto shown = winnow("show s 1 --json").json();
    CHECK(shown["metrics"][0]["last_step"] == 10);
    std::vector<double> values;
    const auto trials = winnow("trials s --json").json()["trials"];
    for (const auto& row : trials) {
      values.push_back(row["values"]["loss"].get<double>());
    }
    return values;
  };
  // (w − 3)² after ten steps of descent from 0: 9 (1 − 2 rate)^20.
  const std::vector<double> expected = {9 * std::pow(0.8, 20), 0};
  const auto check = [&](const std::vector<double>& found) {
    REQUIRE(found.size() == 2);
    CHECK(found[0] == Approx(expected[0]));
    CHECK(found[1] == Approx(expected[1]).margin(1e-12));
  };
  const Winnow cpp;
  check(losses(cpp, "command: [\"" WINNOW_BINARY_DIR "/bin/example_own_trial\"]"));
  const Winnow python;
  write_text(python.folder() / "train.py",
             "import winnow as wandb\nrun = wandb.init(config={'rate': 9.0})\nw = 0.0\n"
             "for step in range(1, 11):\n    w -= wandb.config.rate * 2 * (w - 3)\n"
             "    wandb.log({'loss': (w - 3) ** 2}, step=step)\n"
             "    assert not wandb.should_stop()\n");
  check(losses(python, "command: [/usr/bin/env, python3, train.py], env: {PYTHONPATH: \"" +
                           clients + "\"}"));
  const Winnow shell;
  write_text(
      shell.folder() / "train.sh",
      "set -eu\n. '" + clients +
          "/winnow.sh'\nrate=$(winnow_param rate 9)\n"
          "[ \"$(winnow_param absent 7)\" = 7 ]\nstep=0; w=0\n"
          "while [ $step -lt 10 ]; do\n  step=$((step + 1))\n"
          "  w=$(awk -v w=$w -v r=$rate 'BEGIN {printf \"%.17g\", w - r * 2 * (w - 3)}')\n"
          "  winnow_report step=$step loss=$(awk -v w=$w 'BEGIN {printf \"%.17g\", (w-3)^2}')\n"
          "  ! winnow_should_stop\ndone\n");
  check(losses(shell, "command: [/bin/sh, train.sh]"));
}

TEST_CASE("a sweep file of W&B runs as it is") {
  const Winnow winnow;
  write_text(
      winnow.folder() / "train.py",
      "import json, os, sys\nassert sys.argv[1:] == ['--epochs=5', '--lr=0.25']\n"
      "open(os.environ['WINNOW_REPORT_FILE'], 'a').write(json.dumps({'loss': 1}) + '\\n')\n");
  write_text(
      winnow.folder() / "sweep.yaml",
      "program: train.py\nmethod: grid\nproject: p\nmetric:\n  name: loss\n  goal: minimize\n"
      "parameters:\n  epochs:\n    value: 5\n  lr:\n    values: [0.25]\n");
  const Answer run = winnow("run sweep.yaml --quiet 2>&1");
  INFO(run.output);
  CHECK(run.code == 0);
  CHECK(winnow("trials sweep --json").json()["trials"][0]["state"] == "completed");
}
