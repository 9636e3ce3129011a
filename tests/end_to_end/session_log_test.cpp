// What a session says of itself: -v, --log-file, --log-format.
#include <algorithm>
#include <catch2/catch.hpp>
#include <sstream>

#include "tests/end_to_end/program.hpp"

using Catch::Contains;
using namespace winnow::tests;

namespace {

constexpr const char* one_number = "echo '{\"loss\":1}' >> \"$WINNOW_REPORT_FILE\"";

std::vector<nlohmann::json> json_lines(const std::string& text) {
  std::vector<nlohmann::json> all;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) all.push_back(nlohmann::json::parse(line));
  return all;
}

}  // namespace

TEST_CASE("a log has what was said and what is on record, also where nothing is printed") {
  const Winnow winnow;
  winnow.write_study("s", one_number, "max_trials: 2");
  const Answer run = winnow("run s.yaml --quiet --log-file s.log 2>&1");
  REQUIRE(run.code == 0);
  CHECK(run.output.find("record") == std::string::npos);
  CHECK(run.output.find("in slot") == std::string::npos);
  const std::string log = read_text(winnow.folder() / "s.log");
  CHECK_THAT(log, Contains("Z  record 1 session_began: {"));
  CHECK_THAT(log, Contains("Z  trial 1 started in slot 0: x="));
  CHECK_THAT(log, Contains("Z  trial 1 completed after"));
  CHECK_THAT(log, Contains(" study_ended: {\"ending\":\"max_trials\"}\n"));
  CHECK_THAT(log, Contains("Z  study over: all 2 trials were started."));
  CHECK(winnow.shell("stat -c %a s.log").output == "600\n");
}

TEST_CASE("a log for programs has an object a line, and the next session adds to it") {
  const Winnow winnow;
  winnow.write_study("s",
                     std::string("[ \"$WINNOW_TRIAL\" = 1 ] || \"$winnow\" stop s; ") + one_number,
                     "max_trials: 2");
  const std::string log_options = " --log-file s.jsonl --log-format json --quiet 2>&1";
  CHECK(winnow.shell("export winnow; \"$winnow\" run s.yaml" + log_options).code == 130);
  REQUIRE(winnow("resume s" + log_options).code == 0);
  std::vector<std::string> kinds;
  std::int64_t last = 0;
  for (const nlohmann::json& line : json_lines(read_text(winnow.folder() / "s.jsonl"))) {
    CHECK(line.at("version") == 1);
    CHECK(line.at("at").get<std::string>().size() ==
          std::string("2026-03-01T10:00:00.000Z").size());
    if (!line.contains("record")) continue;
    CHECK(line["record"].at("seq") > last);
    last = line["record"]["seq"];
    kinds.push_back(line["record"]["kind"]);
  }
  CHECK(std::ranges::count(kinds, "session_began") == 2);
  CHECK(std::ranges::count(kinds, "study_ended") == 1);
}

TEST_CASE("what is put on record is printed with -v, in the form of the other lines") {
  const Winnow winnow;
  winnow.write_study("s", one_number);
  CHECK_THAT(winnow("run s.yaml -v 2>&1").output,
             Contains("record 1 session_began: {") && Contains("\ntrial 0 started in slot 0"));
  CHECK(winnow("run s.yaml name=t 2>&1").output.find("record") == std::string::npos);
  const Answer run = winnow("run s.yaml name=u --verbose --jsonl 2>/dev/null");
  const std::vector<nlohmann::json> lines = json_lines(run.output);
  CHECK(lines.front().at("record").at("kind") == "session_began");
}

TEST_CASE("a log that cannot be written is refused before a study is made, or leaves it going on") {
  const Winnow winnow;
  winnow.write_study("s", one_number);
  const Answer nowhere = winnow("run s.yaml --log-file nowhere/s.log 2>&1");
  CHECK(nowhere.code == 6);
  CHECK_THAT(nowhere.output, Contains("cannot open nowhere/s.log for appending"));
  winnow.shell("mkfifo pipe");  // that nobody reads
  CHECK_THAT(winnow("run s.yaml --log-file pipe 2>&1").output, Contains("cannot open pipe"));
  CHECK(winnow("run s.yaml --log-format json 2>&1").code == 2);
  CHECK(winnow("run s.yaml --log-file s.log --log-format xml 2>&1").code == 2);
  CHECK(winnow("run s.yaml -v --quiet 2>&1").code == 2);
  CHECK(winnow.shell("ls studies 2>/dev/null").output.empty());
  const Answer full = winnow("run s.yaml --log-file /dev/full 2>&1");
  CHECK(full.code == 0);
  CHECK_THAT(full.output, Contains("note: the log /dev/full is not written any more: No space"));
  CHECK_THAT(full.output, Contains("study over"));
}
