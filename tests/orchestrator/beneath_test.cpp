#include "orchestrator/process/beneath.hpp"

#include <catch2/catch.hpp>

#include "orchestrator/process/durable_file.hpp"
#include "orchestrator/process/system_error.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace winnow;
using namespace winnow::run;
using Catch::Contains;
namespace fs = std::filesystem;

TEST_CASE("folders are made below a root, which may itself be reached by a link") {
  const tests::TemporaryFolder folder;
  fs::create_directory(folder / "disk");
  fs::create_directory_symlink(folder / "disk", folder / "study");
  const fs::path root = folder / "study";
  CHECK(make_beneath(root, root / "trials/0000/attempt-1").is_open());
  CHECK(fs::is_directory(folder / "disk/trials/0000/attempt-1"));
  CHECK(fs::status(folder / "disk/trials").permissions() == fs::perms::owner_all);
  CHECK(open_beneath(root, root / "trials").is_open());
  CHECK(open_beneath(root, root).is_open());
  CHECK_THROWS_WITH(open_beneath(root, root / "trials/0001"),
                    Contains("open the folder") && Contains("trials/0001"));
}

TEST_CASE("a link below the root is not followed, whether it is the last step or another") {
  const tests::TemporaryFolder folder;
  fs::create_directories(folder / "canary/attempt-1");
  fs::create_directories(folder / "study/trials");
  fs::create_directory_symlink(folder / "canary", folder / "study/trials/0000");
  const fs::path root = folder / "study";
  CHECK_THROWS_AS(open_beneath(root, root / "trials/0000"), SystemError);
  CHECK_THROWS_AS(open_beneath(root, root / "trials/0000/attempt-1"), SystemError);
  CHECK_THROWS_WITH(make_beneath(root, root / "trials/0000/attempt-2"),
                    Contains("no link is followed there"));
  CHECK_FALSE(fs::exists(folder / "canary/attempt-2"));
}

TEST_CASE("what is written in an open folder lands there, and through no link") {
  const tests::TemporaryFolder folder;
  const fs::path attempt = folder / "trials/0000/attempt-1";
  const store::OwnedFd open = make_beneath(folder.path(), attempt);
  fs::create_directory(folder / "canary");
  fs::rename(attempt, folder / "moved");
  fs::create_directory_symlink(folder / "canary", attempt);
  write_file_in(open.value(), attempt / "params.json", "{}");
  CHECK(tests::read_text(folder / "moved/params.json") == "{}");
  CHECK(fs::is_empty(folder / "canary"));
  tests::write_text(folder / "precious", "mine");
  fs::create_symlink(folder / "precious", folder / "moved/control.jsonl");
  CHECK_THROWS_AS(write_file_in(open.value(), attempt / "control.jsonl", "x"), SystemError);
  CHECK_THROWS_AS(open_for_append_in(open.value(), attempt / "control.jsonl"), SystemError);
  CHECK(tests::read_text(folder / "precious") == "mine");
}

TEST_CASE("the study of an attempt is found by the attempt's usual name") {
  CHECK(study_of("/a/study/trials/0007/attempt-2") == "/a/study");
  CHECK(study_of("/a/attempt") == "/a/attempt");
}
