#include "orchestrator/study_holder.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>

#include "tests/support/temporary_folder.hpp"

using namespace winnow;
using namespace winnow::run;
using winnow::tests::TemporaryFolder;
using winnow::tests::write_text;

TEST_CASE("whoever holds the study lock is found without touching it") {
  const TemporaryFolder root;
  const StudyFolder folder(root.path());
  CHECK_FALSE(living_orchestrator(folder));
  {
    const auto lock = store::StudyLock::acquire(folder.lock());
    REQUIRE(std::holds_alternative<store::StudyLock>(lock));
    const auto holder = living_orchestrator(folder);
    REQUIRE(holder);
    CHECK(holder->pid == ::getpid());
    CHECK(holder->since.size() == std::string("2026-03-01T10:00:00Z").size());
  }
  CHECK_FALSE(living_orchestrator(folder));  // the file is still there, its holder is not
}

TEST_CASE("a lock file that says nothing, or names the dead, is nobody") {
  const TemporaryFolder root;
  const StudyFolder folder(root.path());
  for (const char* text : {"", "{", "[]", "{\"pid\":\"x\"}", "{\"pid\":1}",
                           R"({"pid":1,"host":7,"boot_id":"b","since":"s"})",
                           R"({"pid":1,"host":"elsewhere","boot_id":"b","since":"s"})"}) {
    write_text(folder.lock(), text);
    CHECK_FALSE(living_orchestrator(folder));
  }
}
