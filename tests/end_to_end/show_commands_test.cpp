#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "tests/end_to_end/program.hpp"

using Catch::Contains;
using namespace winnow::tests;

TEST_CASE("what a plan says is what the study then does") {
  const Winnow winnow;
  write_text(winnow.folder() / "s.yaml",
             "name: s\nmethod: sobol\nmetric: {name: loss}\ndeterminism: {mode: strict, lag: 3}\n"
             "parameters: {x: {min: 0.0, max: 1.0}, word: {values: [a b, '$HOME']}}\n"
             "limits: {max_trials: 3}\n"
             "trial: {command: [/bin/sh, -c, 'printf \"%s|\" \"$@\"; echo; echo "
             "\"{\\\"loss\\\":1}\" >> \"$WINNOW_REPORT_FILE\"', \"${args}\"]}\n");
  const auto plan = winnow("plan s.yaml --json").json();
  REQUIRE(plan["proposals"].size() == 3);
  CHECK(plan["certain"] == 3);
  CHECK_FALSE(std::filesystem::exists(winnow.folder() / "studies"));
  REQUIRE(winnow("run s.yaml --quiet 2>&1").code == 0);
  const auto trials = winnow("trials s --json").json()["trials"];
  for (std::size_t i = 0; i < 3; ++i) CHECK(trials[i]["params"] == plan["proposals"][i]["params"]);
  // The log has the arguments behind the shell's own three and the zeroth.
  std::string words;
  const auto arguments = plan["arguments"];
  for (std::size_t i = 4; i < arguments.size(); ++i) words += arguments[i].get<std::string>() + "|";
  CHECK(winnow("logs s 0").output == words + "\n");
}

TEST_CASE("a trial is shown with its attempts, and its log can be read back byte for byte") {
  const Winnow winnow;
  winnow.write_study("s",
                     "if [ \"$WINNOW_ATTEMPT\" = 1 ]; then echo first; exit 3; fi; "
                     "printf 'out\\n\\033[31mred'; echo err >&2; "
                     "echo '{\"loss\":0.5}' >> \"$WINNOW_REPORT_FILE\"");
  std::string study = read_text(winnow.folder() / "s.yaml");
  study.replace(study.find("trial:\n"), 7, "trial:\n  retries: 1\n");
  write_text(winnow.folder() / "s.yaml", study);
  REQUIRE(winnow("run s.yaml --quiet 2>&1").code == 0);
  const auto shown = winnow("show s 0000 --json").json();
  CHECK(shown["trial"]["state"] == "completed");
  REQUIRE(shown["attempts"].size() == 2);
  CHECK(shown["attempts"][0]["end"]["ending"] == "crashed");
  CHECK(shown["attempts"][0]["end"]["exit_code"] == 3);
  const auto& code = shown["attempts"][0]["code"];
  CHECK(code["build"].get<std::string>().size() >= 16);
  CHECK(code["spec_hash"].get<std::string>().size() == 16);
  CHECK(code == shown["attempts"][1]["code"]);
  CHECK(shown["metrics"][0]["last"] == 0.5);
  CHECK_THAT(winnow("show s 0").output, Contains("trial   0 of s: completed"));
  CHECK(winnow("logs s 0").output == "out\n\x1b[31mrederr\n");
  CHECK(winnow("logs s 0 --attempt 1").output == "first\n");
  CHECK(winnow("logs s 0 -f --attempt 1 2>/dev/null").output == "first\nout\n\x1b[31mrederr\n");
  const Answer none = winnow("show s 7 2>&1");
  CHECK(none.code == 2);
  CHECK_THAT(none.output, Contains("there is no trial \"7\"; the study has trial 0"));
  CHECK(winnow("show s x 2>&1").code == 2);
  CHECK(winnow("logs s 0 --attempt 3 2>&1").code == 2);
  CHECK(winnow("plan s.yaml --proposals 0 2>&1").code == 2);
}

TEST_CASE("a log is followed from the first line to the end of the trial") {
  const Winnow winnow;
  ::mkfifo((winnow.folder() / "go").c_str(), 0600);
  winnow.write_study("s",
                     "echo one; read line < go; echo two; "
                     "echo '{\"loss\":0.5}' >> \"$WINNOW_REPORT_FILE\"");
  // The follower's first line lets the trial go on.
  const Answer answer = winnow.shell(
      "\"$winnow\" run s.yaml --quiet > /dev/null 2>&1 &\n"
      "until \"$winnow\" show s 0 > /dev/null 2>&1; do :; done\n"
      "\"$winnow\" logs s 0 --follow 2>/dev/null | while read line; do\n"
      "  echo \"$line\"; [ \"$line\" != one ] || echo > go\n"
      "done\nwait");
  CHECK(answer.output == "one\ntwo\n");
}
