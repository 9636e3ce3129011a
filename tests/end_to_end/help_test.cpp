// What is made of the same table as --help.
#include <catch2/catch.hpp>

#include "tests/end_to_end/program.hpp"

using Catch::Contains;
using namespace winnow::tests;

namespace {

/// The completions of a line's last word in bash.
std::string completed(const Winnow& winnow, const std::string& words, int last) {
  return winnow
      .shell(fmt::format("PATH=$(dirname \"$winnow\"):$PATH; cat > complete.sh <<'END'\n"
                         "source <(\"$0\" completion bash)\nwinnow() {{ \"$0\" \"$@\"; }}\n"
                         "COMP_WORDS=({}); COMP_CWORD={}; _winnow; echo ${{COMPREPLY[@]}}\nEND\n"
                         "bash -c \"$(cat complete.sh)\" \"$winnow\"",
                         words, last))
      .output;
}

}  // namespace

TEST_CASE("a shell completes commands, options, studies and trials") {
  const Winnow winnow;
  winnow.write_study("one", "echo '{\"loss\":1}' >> \"$WINNOW_REPORT_FILE\"");
  REQUIRE(winnow("run one.yaml --quiet 2>&1").code == 0);
  CHECK(completed(winnow, "winnow pl", 1) == "plan\n");
  CHECK(completed(winnow, "winnow show --js", 2) == "--json\n");
  CHECK(completed(winnow, "winnow status on", 2) == "one\n");
  CHECK(completed(winnow, "winnow resume on", 2) == "one\n");
  CHECK(completed(winnow, "winnow show one ''", 3).find(" 0\n") != std::string::npos);
  CHECK(completed(winnow, "winnow compare one 0 ''", 4).find(" 0\n") != std::string::npos);
  CHECK(completed(winnow, "winnow importance one --metric ''", 4) == "loss\n");
  CHECK(winnow("completion zsh").output.starts_with("#compdef winnow\n"));
  CHECK_THAT(
      winnow("completion fish").output,
      Contains("complete -c winnow -n '__fish_seen_subcommand_from logs' -l follow -s f -d"));
  CHECK(winnow("completion tcsh 2>&1").code == 2);
}

TEST_CASE("the manual page has every command and option that --help has") {
  const Winnow winnow;
  const std::string page = winnow("man").output;
  CHECK(page.starts_with(".TH WINNOW 1"));
  const std::string help = winnow("--help").output;
  std::size_t commands = 0;
  for (std::size_t at = page.find("\n.SS winnow "); at != std::string::npos;
       at = page.find("\n.SS winnow ", at + 1)) {
    ++commands;
  }
  CHECK(commands > 15);
  CHECK_THAT(page, Contains(".SS winnow logs STUDY TRIAL [options]\n"));
  CHECK_THAT(page, Contains(".B \\-\\-follow, \\-f\ngo on until the trial has ended\n"));
  CHECK_THAT(help, Contains("completion") && Contains("test-metrics"));
  for (const std::string& text : {help, page}) {
    CHECK_THAT(text, Contains("\n4 locked by a living orchestrator; 5 store;"));
  }
}

TEST_CASE("run takes settings for the file from the command line") {
  const Winnow winnow;
  winnow.write_study("s", "echo \"{\\\"loss\\\":$WINNOW_PARAM_X}\" >> \"$WINNOW_REPORT_FILE\"");
  const Answer run =
      winnow("run s.yaml name=t limits.max_trials=2 'parameters.x={value: 3}' --quiet 2>&1");
  INFO(run.output);
  REQUIRE(run.code == 0);
  const auto trials = winnow("trials t --json").json()["trials"];
  CHECK(trials.size() == 1);  // the space has one point
  CHECK(trials[0]["values"]["loss"] == 3.0);
  const Answer wrong = winnow("run s.yaml limits.max_trails=2 2>&1");
  CHECK(wrong.code == 3);
  CHECK_THAT(wrong.output, Contains("s.yaml: error: unknown key `max_trails`"));
  CHECK(winnow("run s.yaml oops 2>&1").code == 2);
  CHECK(winnow("plan s.yaml seed=5 --json").code == 0);
}

TEST_CASE("the numbers of a study go to others as JSON lines and to Prometheus") {
  const Winnow winnow;
  winnow.write_study("s",
                     "echo '{\"step\":3,\"loss\":0.25}' >> \"$WINNOW_REPORT_FILE\"; "
                     "echo '{\"loss\":\"nan\",\"other\":1}' >> \"$WINNOW_REPORT_FILE\"; "
                     "echo '{\"loss\":0.5}' >> \"$WINNOW_REPORT_FILE\"");
  REQUIRE(winnow("run s.yaml --quiet 2>&1").code == 0);
  CHECK(winnow("export s --jsonl out").code == 0);
  const std::string lines = read_text(winnow.folder() / "out/measurements.jsonl");
  CHECK_THAT(lines, Contains("\"step\":3,\"metric\":\"loss\",\"value\":0.25,"));
  CHECK_THAT(lines, Contains("\"metric\":\"loss\",\"value\":\"nan\","));
  CHECK(std::count(lines.begin(), lines.end(), '\n') == 4);
  CHECK_THAT(read_text(winnow.folder() / "out/trials.jsonl"), Contains("\"values\":{\"loss\":0.5"));
  CHECK(winnow("export s --jsonl --csv other 2>&1").code == 2);
  const std::string page = winnow("status s --prometheus").output;
  CHECK_THAT(page, Contains("# TYPE winnow_trials gauge\n"
                            "winnow_trials{study=\"s\",state=\"queued\"} 0\n"));
  CHECK_THAT(page, Contains("winnow_trials{study=\"s\",state=\"completed\"} 1\n"));
  CHECK_THAT(page, Contains("winnow_best_value{study=\"s\",metric=\"loss\"} 0.5\n"));
  CHECK_THAT(page, Contains("winnow_orchestrator_up{study=\"s\"} 0\n"));
}

TEST_CASE("the schema is printed as JSON") {
  const Winnow winnow;
  CHECK(winnow("schema").json()["$schema"] == "http://json-schema.org/draft-07/schema#");
}
