#include "storage/migration.hpp"

#include <catch2/catch.hpp>
#include <filesystem>

#include "searchers/problem/error.hpp"
#include "storage/store_file.hpp"
#include "tests/storage/builders.hpp"
#include "tests/storage/child.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace winnow;
using namespace winnow::store;
using Catch::Contains;
using Catch::StartsWith;
using winnow::tests::store_fault_of;
using winnow::tests::TemporaryFolder;

namespace {

namespace fs = std::filesystem;

std::vector<Migration> two_steps() {
  return {parse_migration("0002_add_note",
                          "-- min_reader: 1\n"
                          "ALTER TABLE trials ADD COLUMN note TEXT;\n"
                          "UPDATE trials SET note = 'trial ' || number;\n"),
          // The way a table is built anew: the rows that refer to it dangle in between.
          parse_migration("0003_rebuild_configurations",
                          "-- min_reader: 3\n"
                          "CREATE TABLE fresh(id INTEGER PRIMARY KEY, point TEXT NOT NULL UNIQUE,\n"
                          "  hash INTEGER NOT NULL DEFAULT 0) STRICT;\n"
                          "INSERT INTO fresh(id, point) SELECT id, point FROM configurations;\n"
                          "DROP VIEW v_trials; DROP TABLE configurations;\n"
                          "ALTER TABLE fresh RENAME TO configurations;\n")};
}

fs::path a_store_of_version_1(const TemporaryFolder& folder) {
  const fs::path file = folder / "study.db";
  Store store = Store::create(file, a_study());
  for (int i = 0; i < 3; ++i) store.add_trial(a_trial(i));
  return file;
}

int version_in(const fs::path& file) {
  Connection connection(file, Access::read_only);
  return version_of(connection).version;
}

}  // namespace

TEST_CASE("an older store is brought up to date step by step, with a backup") {
  const TemporaryFolder folder;
  const fs::path file = a_store_of_version_1(folder);
  const auto connection = open_for_writing(file, two_steps());
  CHECK(version_of(*connection).version == 3);
  CHECK(version_of(*connection).min_reader == 3);
  CHECK(connection->first<std::string>("SELECT group_concat(version) FROM migrations") == "1,2,3");
  CHECK(connection->first<std::string>("SELECT note FROM trials WHERE number = 2") == "trial 2");
  CHECK(connection->first<int>("SELECT count(*) FROM configurations WHERE hash = 0") == 3);
  CHECK(connection->first<int>("PRAGMA foreign_keys") == 1);

  const fs::path backup = file.string() + ".backup-v1";
  CHECK(version_in(backup) == 1);
  CHECK(Store::open_read_only(backup).trials().size() == 3);
}

TEST_CASE("a store of today is opened without a backup") {
  const TemporaryFolder folder;
  const fs::path file = a_store_of_version_1(folder);
  Store::open(file);
  CHECK_FALSE(fs::exists(file.string() + ".backup-v1"));
}

TEST_CASE("a step that fails changes nothing, and the steps before it stay") {
  const TemporaryFolder folder;
  const fs::path file = a_store_of_version_1(folder);
  std::vector<Migration> steps = two_steps();
  steps[1].sql = "CREATE TABLE half(a INTEGER);\nINSERT INTO nowhere VALUES (1);\n";
  CHECK_THAT(store_fault_of([&] { open_for_writing(file, steps); }),
             Contains("no such table: nowhere"));
  CHECK(version_in(file) == 2);
  {
    Connection connection(file, Access::read_write);
    CHECK(connection.first<int>("SELECT count(*) FROM sqlite_schema WHERE name = 'half'") == 0);
  }
  const auto connection = open_for_writing(file, two_steps());  // the next version repairs the step
  CHECK(version_of(*connection).version == 3);
}

TEST_CASE("a step that leaves dangling references is rolled back") {
  const TemporaryFolder folder;
  const fs::path file = a_store_of_version_1(folder);
  const std::vector<Migration> steps = {
      parse_migration("0002_lose_points", "-- min_reader: 2\nDELETE FROM configurations;")};
  CHECK_THAT(store_fault_of([&] { open_for_writing(file, steps); }),
             StartsWith("damaged: ") && Contains("0002_lose_points"));
  CHECK(version_in(file) == 1);
  CHECK(Store::open(file).trials().size() == 3);
}

TEST_CASE("without space for the backup nothing is migrated") {
  const TemporaryFolder folder;
  const fs::path file = a_store_of_version_1(folder);
  const std::string fault = tests::in_child([&] {
    tests::limit_file_size(fs::file_size(file) / 2);
    // Opened before, so that only the backup needs space.
    return store_fault_of([&] { open_for_writing(file, two_steps()); });
  });
  CHECK_THAT(fault, StartsWith("full: "));
  CHECK(version_in(file) == 1);
  for (const auto& entry : fs::directory_iterator(folder.path())) {
    CHECK_THAT(entry.path().filename().string(), !Contains("backup") && !Contains("new-"));
  }
}

TEST_CASE("a migration killed at any statement can be run again") {
  const TemporaryFolder folder;
  const fs::path original = a_store_of_version_1(folder);
  const fs::path file = folder / "victim.db";
  static int statements_left = 0;
  bool finished = false;
  int kills = 0;
  for (int k = 1; !finished; ++k) {
    for (const char* suffix : {"", "-wal", "-shm", ".backup-v1"})
      fs::remove(file.string() + suffix);
    fs::copy_file(original, file);
    const std::string answer = tests::in_child([&] {
      Connection connection(file, Access::read_write);
      statements_left = k;
      sqlite3_trace_v2(
          connection.handle(), SQLITE_TRACE_STMT,
          [](unsigned, void*, void*, void*) {
            if (--statements_left == 0) ::kill(::getpid(), SIGKILL);
            return 0;
          },
          nullptr);
      migrate(connection, two_steps());
      return std::string("finished");
    });
    finished = answer == "finished";
    if (!finished) ++kills;
    INFO("killed at statement " << k << ": " << answer);
    const auto connection = open_for_writing(file, two_steps());
    REQUIRE(version_of(*connection).version == 3);
    REQUIRE(connection->first<int>("SELECT count(*) FROM trials WHERE note IS NOT NULL") == 3);
    REQUIRE(connection->first<std::string>("PRAGMA integrity_check") == "ok");
  }
  CHECK(kills > 15);
}

TEST_CASE("a migration without a number, a min_reader or its predecessor is our mistake") {
  CHECK_THROWS_AS(parse_migration("add_note", "-- min_reader: 1\n"), BrokenExpectation);
  CHECK_THROWS_AS(parse_migration("0002_add_note", "ALTER TABLE"), BrokenExpectation);
  std::vector<Migration> steps = two_steps();
  steps.erase(steps.begin());
  CHECK_THROWS_AS(newest_version(steps), BrokenExpectation);
  CHECK(newest_version({}) == 1);
  CHECK(newest_version(embedded_migrations()) >= 1);
}

TEST_CASE("a reading command does not migrate an older store") {
  const TemporaryFolder folder;
  const fs::path file = a_store_of_version_1(folder);
  CHECK_THAT(store_fault_of([&] { open_for_reading(file, two_steps()); }),
             Contains("version 1, older than this program's 3") && Contains("winnow resume"));
  CHECK(version_in(file) == 1);
}
