// A store that goes away under its study: moved, removed, or on a disk that fills up.
#include <catch2/catch.hpp>
#include <filesystem>

#include "orchestrator/session.hpp"
#include "storage/sqlite.hpp"
#include "tests/end_to_end/program.hpp"
#include "tests/support/faulty_disk.hpp"

using Catch::Contains;
using namespace winnow;
using namespace winnow::tests;

namespace {

namespace fs = std::filesystem;

const std::string reports_once = "echo '{\"loss\":1}' >> \"$WINNOW_REPORT_FILE\"";

}  // namespace

TEST_CASE("a store that is taken away under its study is saved beside it, and the study goes on") {
  for (const std::string harm : {"rm studies/s/study.db", "mv studies/s/study.db elsewhere",
                                 "cp studies/s/study.db copy; mv copy studies/s/study.db"}) {
    INFO(harm);
    const Winnow winnow;
    winnow.write_study("s", "[ \"$WINNOW_TRIAL\" != 1 ] || { " + harm + "; }; " + reports_once,
                       "max_trials: 2");
    const Answer away = winnow("run s.yaml 2>&1");
    CHECK(away.code == 5);
    CHECK_THAT(away.output, Contains("it was moved, removed or replaced while the study ran; all "
                                     "that it held is in ") &&
                                Contains("study.db.saved; put the file back, or the saved one"));
    winnow.shell("mv studies/s/study.db.saved studies/s/study.db");
    CHECK(winnow("resume s 2>&1").code == 0);
    CHECK(winnow("status s --json").json()["counts"]["completed"] == 2);
    CHECK(winnow("db check s").code == 0);
  }
}

TEST_CASE("a disk that fills up pauses the study, on record, and with space it goes on") {
  const Winnow winnow;
  winnow.write_study("s", reports_once, "max_trials: 4");
  // Made, and stopped before its first trial: the sessions here run in this process.
  REQUIRE(winnow.shell("WINNOW_CRASH_AT=session_begun:1 \"$winnow\" run s.yaml").code != 0);
  const run::StudyFolder folder(winnow.folder() / "studies/s");
  const run::SessionOptions quiet{.living = run::Living::adopt, .verbosity = run::Verbosity::quiet};
  int paused = 0;
  for (int nth = 20; nth < 400; nth += 37) {
    FaultyDisk disk;
    disk.fail_while(DiskCall::write, nth, SQLITE_FULL, folder.reserve());
    try {
      if (run::run_session(folder, quiet, store::StudyLock::acquire(folder.lock())) ==
          run::ExitStatus::ok) {
        break;
      }
    } catch (const store::StoreError& error) {
      ++paused;
      CHECK(error.kind() == store::StoreFault::full);
      CHECK_FALSE(fs::exists(folder.reserve()));
      const store::Store store = store::Store::open_read_only(folder.database());
      CHECK(store.events().back().kind == "session_ended");
      CHECK(store.events().at(store.events().size() - 2).detail == R"({"reason":"disk full"})");
    }
  }
  CHECK(paused > 0);
  CHECK(winnow("resume s --quiet 2>&1").code == 0);
  CHECK(winnow("status s --json").json()["counts"]["completed"] == 4);
  CHECK(winnow("db check s").code == 0);
}
