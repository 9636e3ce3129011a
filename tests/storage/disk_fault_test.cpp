// Each call to the disk fails once, or from then on: the method of SQLite's own tests. Whatever a
// store then says, what it holds is what the verbs that had returned left behind.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "storage/sqlite.hpp"
#include "tests/storage/builders.hpp"
#include "tests/storage/child.hpp"
#include "tests/storage/study_script.hpp"
#include "tests/support/faulty_disk.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace winnow;
using namespace winnow::store;
using Catch::Contains;
using Catch::StartsWith;
using winnow::tests::DiskCall;
using winnow::tests::FaultyDisk;
using winnow::tests::store_fault_of;
using winnow::tests::TemporaryFolder;

namespace {

namespace fs = std::filesystem;

/// So few pages that the script passes several checkpoints.
constexpr const char* checkpoint_often = "PRAGMA wal_autocheckpoint = 8";

class Bench {
 public:
  Bench() {
    Store::create(folder_ / "fresh.db", a_study());
    fresh_ = tests::read_text(folder_ / "fresh.db");
  }

  fs::path a_fresh_store() const {
    for (const char* suffix : {"-wal", "-shm"}) fs::remove(file().string() + suffix);
    tests::write_text(file(), fresh_);
    return file();
  }

 private:
  fs::path file() const { return folder_ / "study.db"; }
  TemporaryFolder folder_;
  std::string fresh_;
};

struct Run {
  std::string fault;     // "nothing" when the script ran through
  std::size_t done = 0;  // verbs that returned
};

Run run_on(const fs::path& file) {
  Run run;
  run.fault = store_fault_of([&] {
    Store store = Store::open(file);
    store.connection().run_script(checkpoint_often);
    run_script(store, [&] { ++run.done; });
  });
  return run;
}

/// Runs the script with the nth call failing, and looks at the store afterwards. False when the
/// script makes fewer calls.
bool survives(const Bench& bench, const std::vector<std::string>& expected, DiskCall call, int nth,
              int code, FaultyDisk::Lasts lasts) {
  const fs::path file = bench.a_fresh_store();
  FaultyDisk disk;
  disk.skip_syncs();
  disk.fail(call, nth, code, lasts);
  const Run run = run_on(file);
  if (disk.failures() == 0) return false;
  disk.heal();
  INFO("call " << static_cast<int>(call) << " failed at " << nth << ": " << run.fault);
  const std::string found = contents(Store::open(file));
  if (run.fault == "nothing") {  // only a checkpoint met it: the log still has everything
    REQUIRE(run.done + 1 == expected.size());
    REQUIRE(found == expected.back());
    return true;
  }
  const bool is_before = found == expected.at(run.done);
  // The verb that met the fault may have been complete when it did.
  const bool is_after = run.done + 1 < expected.size() && found == expected[run.done + 1];
  REQUIRE((is_before || is_after));
  return true;
}

void survives_all(DiskCall call, int code) {
  const Bench bench;
  const std::vector<std::string> expected = expected_contents();
  for (const auto lasts : {FaultyDisk::Lasts::once, FaultyDisk::Lasts::for_ever}) {
    int nth = 1;
    while (survives(bench, expected, call, nth, code, lasts)) ++nth;
    CHECK(nth > 1);  // the script makes such calls
  }
}

}  // namespace

TEST_CASE("a store survives the failure of any read") {
  survives_all(DiskCall::read, SQLITE_IOERR_READ);
}

TEST_CASE("a store survives the failure of any write") {
  survives_all(DiskCall::write, SQLITE_IOERR_WRITE);
}

TEST_CASE("a store survives the failure of any sync") {
  survives_all(DiskCall::sync, SQLITE_IOERR_FSYNC);
}

TEST_CASE("a store survives the failure of any truncation") {
  survives_all(DiskCall::truncate, SQLITE_IOERR_TRUNCATE);
}

TEST_CASE("after a failed sync a connection is not used again") {
  const Bench bench;
  const fs::path file = bench.a_fresh_store();
  FaultyDisk disk;
  disk.skip_syncs();
  Store store = Store::open(file);
  store.begin_session({.pid = 42, .host = "ada", .boot_id = "boot"});
  store.add_trial(a_trial(0));
  disk.fail(DiskCall::sync, 1, SQLITE_IOERR_FSYNC, FaultyDisk::Lasts::once);
  CHECK_THAT(store_fault_of([&] { store.add_trial(a_trial(1)); }),
             StartsWith("other: cannot write ") && Contains("disk I/O error (SQLite 10/1034"));
  // The disk would take it now: but what it said of the last write may not have been so.
  CHECK(disk.failures() == 1);
  CHECK_THAT(store_fault_of([&] { store.add_trial(a_trial(1)); }),
             StartsWith("other: cannot go on with ") && Contains("an earlier I/O error"));
  CHECK_THAT(store_fault_of([&] { store.counts(); }), Contains("an earlier I/O error"));
}

TEST_CASE("a disk that is full at any write takes up the study where it was") {
  const Bench bench;
  const std::vector<std::string> expected = expected_contents();
  int nth = 1;
  for (bool failed = true; failed; ++nth) {
    const fs::path file = bench.a_fresh_store();
    FaultyDisk disk;
    Store store = Store::open(file);
    store.connection().run_script(checkpoint_often);
    disk.skip_syncs();
    disk.fail(DiskCall::write, nth, SQLITE_FULL, FaultyDisk::Lasts::once);
    std::size_t done = 0;
    const std::string fault = store_fault_of([&] { run_script(store, [&] { ++done; }); });
    failed = disk.failures() > 0;
    INFO("full at write " << nth << ": " << fault);
    if (fault == "nothing") {
      REQUIRE(contents(store) == expected.back());
      continue;
    }
    REQUIRE_THAT(fault, StartsWith("full: "));
    REQUIRE(contents(store) == expected.at(done));
    // The same connection goes on once there is space.
    store.add_event("space_again", std::nullopt, "{}");
  }
  CHECK(nth > 20);
}
