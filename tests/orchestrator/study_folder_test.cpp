#include "orchestrator/study_folder.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>

#include "searchers/problem/error.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace winnow;
using namespace winnow::run;
using winnow::tests::TemporaryFolder;
using winnow::tests::write_text;

namespace {

void make_study(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  write_text(folder / "study.db", "");
}

std::string refusal(std::string_view argument, const std::filesystem::path& root) {
  try {
    find_study(argument, root);
  } catch (const ConfigError& error) {
    return error.faults().at(0).message;
  }
  return "";
}

}  // namespace

TEST_CASE("every name of a study folder is a pure function of numbers") {
  const StudyFolder folder("/r/s");
  CHECK(folder.database() == "/r/s/study.db");
  CHECK(folder.trial(TrialNumber{7}) == "/r/s/trials/0007");
  CHECK(folder.trial(TrialNumber{12345}) == "/r/s/trials/12345");
  CHECK(folder.checkpoints(TrialNumber{0}) == "/r/s/trials/0000/checkpoints");
  CHECK(StudyFolder::attempt_name(TrialNumber{7}, 2) == "trials/0007/attempt-2");
  CHECK(folder.attempt("trials/0007/attempt-2") == "/r/s/trials/0007/attempt-2");
  CHECK_THROWS_AS(folder.trial(TrialNumber{-1}), BrokenExpectation);
}

TEST_CASE("the root is the option, else the environment, else ./studies") {
  ::setenv("WINNOW_ROOT", "/from/environment", 1);
  CHECK(studies_root("/from/option") == "/from/option");
  CHECK(studies_root(std::nullopt) == "/from/environment");
  ::setenv("WINNOW_ROOT", "", 1);
  CHECK(studies_root(std::nullopt) == "./studies");
  ::unsetenv("WINNOW_ROOT");
  CHECK(studies_root(std::nullopt) == "./studies");
}

TEST_CASE("a study is found by name, by folder and by its store") {
  const TemporaryFolder root;
  make_study(root / "mine");
  CHECK(find_study("mine", root.path()).path() == root / "mine");
  CHECK(find_study((root / "mine").string(), "/elsewhere").path() == root / "mine");
  CHECK(find_study((root / "mine").string() + "/", "/elsewhere").database() ==
        root / "mine" / "" / "study.db");
  CHECK(find_study((root / "mine/study.db").string(), "/elsewhere").path() == root / "mine");
}

TEST_CASE("a study that is not there is answered with those that are") {
  const TemporaryFolder root;
  CHECK(refusal("mine", root.path()).find("no studies") != std::string::npos);
  make_study(root / "quickstart");
  make_study(root / "other");
  std::filesystem::create_directories(root / "no-study");
  const std::string message = refusal("quikstart", root.path());
  CHECK(message.find("did you mean `quickstart`?") != std::string::npos);
  CHECK(message.find("other, quickstart") != std::string::npos);
  CHECK(message.find("no-study") == std::string::npos);
}

TEST_CASE("names that are no names lead nowhere") {
  const TemporaryFolder root;
  make_study(root / "mine");
  for (const char* argument : {"", "..", "../mine", "mine/../..", "nothing.db", "mi\nne"}) {
    CAPTURE(argument);
    CHECK_FALSE(refusal(argument, root / "mine").empty());
  }
  CHECK(refusal("\x1b[2J", root.path()).find('\x1b') == std::string::npos);
}

TEST_CASE("a study is named as one would type it") {
  const std::filesystem::path here = std::filesystem::current_path();
  CHECK(StudyFolder(here / "studies/s").as_argument() == "studies/s");
  CHECK(StudyFolder(here / "s").as_argument() == "./s");
  CHECK(StudyFolder(here / "my studies/it's").as_argument() == "'my studies/it'\\''s'");
}
