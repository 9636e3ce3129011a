#include "storage/migration.hpp"

#include <fmt/format.h>

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

/// The version that a new store has, and the two steps after it.
const int today = newest_version(embedded_migrations());
const int next = today + 1, last = today + 2;

Migration step(int version, const std::string& sql, int min_reader) {
  return parse_migration(fmt::format("{:04}_step", version),
                         fmt::format("-- min_reader: {}\n{}", min_reader, sql));
}

std::vector<Migration> and_then(std::vector<Migration> further) {
  std::vector<Migration> all = embedded_migrations();
  all.insert(all.end(), further.begin(), further.end());
  return all;
}

std::vector<Migration> two_steps() {
  return and_then(
      {step(next,
            "ALTER TABLE trials ADD COLUMN note TEXT;\n"
            "UPDATE trials SET note = 'trial ' || number;\n",
            today),
       // The way a table is built anew: the rows that refer to it dangle in between.
       step(last,
            "CREATE TABLE fresh(id INTEGER PRIMARY KEY, shape INTEGER NOT NULL,\n"
            "  \"values\" TEXT NOT NULL UNIQUE, hash INTEGER NOT NULL DEFAULT 0) STRICT;\n"
            "INSERT INTO fresh(id, shape, \"values\")\n"
            "  SELECT id, shape, \"values\" FROM configurations;\n"
            "DROP VIEW v_trials; DROP TABLE configurations;\n"
            "ALTER TABLE fresh RENAME TO configurations;\n",
            last)});
}

fs::path a_store_of_today(const TemporaryFolder& folder) {
  const fs::path file = folder / "study.db";
  Store store = Store::create(file, a_study());
  for (int i = 0; i < 3; ++i) store.add_trial(a_trial(i));
  return file;
}

fs::path backup_of(const fs::path& file) {
  return fmt::format("{}.backup-v{}", file.string(), today);
}

int version_in(const fs::path& file) {
  Connection connection(file, Access::read_only);
  return version_of(connection).version;
}

}  // namespace

TEST_CASE("an older store is brought up to date step by step, with a backup") {
  const TemporaryFolder folder;
  const fs::path file = a_store_of_today(folder);
  const auto connection = open_for_writing(file, two_steps());
  CHECK(version_of(*connection).version == last);
  CHECK(version_of(*connection).min_reader == last);
  CHECK(connection->first<std::string>("SELECT group_concat(version) FROM migrations") ==
        fmt::format("{},{},{}", today, next, last));
  CHECK(connection->first<std::string>("SELECT note FROM trials WHERE number = 2") == "trial 2");
  CHECK(connection->first<int>("SELECT count(*) FROM configurations WHERE hash = 0") == 3);
  CHECK(connection->first<int>("PRAGMA foreign_keys") == 1);

  const fs::path backup = backup_of(file);
  CHECK(version_in(backup) == today);
  CHECK(Store::open_read_only(backup).trials().size() == 3);
}

TEST_CASE("a store of today is opened without a backup") {
  const TemporaryFolder folder;
  const fs::path file = a_store_of_today(folder);
  Store::open(file);
  CHECK_FALSE(fs::exists(backup_of(file)));
}

TEST_CASE("a step that fails changes nothing, and the steps before it stay") {
  const TemporaryFolder folder;
  const fs::path file = a_store_of_today(folder);
  std::vector<Migration> steps = two_steps();
  steps.back().sql = "CREATE TABLE half(a INTEGER);\nINSERT INTO nowhere VALUES (1);\n";
  CHECK_THAT(store_fault_of([&] { open_for_writing(file, steps); }),
             Contains("no such table: nowhere"));
  CHECK(version_in(file) == next);
  {
    Connection connection(file, Access::read_write);
    CHECK(connection.first<int>("SELECT count(*) FROM sqlite_schema WHERE name = 'half'") == 0);
  }
  const auto connection = open_for_writing(file, two_steps());  // the next version repairs the step
  CHECK(version_of(*connection).version == last);
}

TEST_CASE("a step that leaves dangling references is rolled back") {
  const TemporaryFolder folder;
  const fs::path file = a_store_of_today(folder);
  const std::vector<Migration> steps = and_then({step(next, "DELETE FROM configurations;", next)});
  CHECK_THAT(store_fault_of([&] { open_for_writing(file, steps); }),
             StartsWith("damaged: ") && Contains(fmt::format("{:04}_step leaves rows", next)));
  CHECK(version_in(file) == today);
  CHECK(Store::open(file).trials().size() == 3);
}

TEST_CASE("without space for the backup nothing is migrated") {
  const TemporaryFolder folder;
  const fs::path file = a_store_of_today(folder);
  const std::string fault = tests::in_child([&] {
    tests::limit_file_size(fs::file_size(file) / 2);
    // Opened before, so that only the backup needs space.
    return store_fault_of([&] { open_for_writing(file, two_steps()); });
  });
  CHECK_THAT(fault, StartsWith("full: "));
  CHECK(version_in(file) == today);
  for (const auto& entry : fs::directory_iterator(folder.path())) {
    CHECK_THAT(entry.path().filename().string(), !Contains("backup") && !Contains("new-"));
  }
}

TEST_CASE("a migration killed at any statement can be run again") {
  const TemporaryFolder folder;
  const fs::path original = a_store_of_today(folder);
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
    REQUIRE(version_of(*connection).version == last);
    REQUIRE(connection->first<int>("SELECT count(*) FROM trials WHERE note IS NOT NULL") == 3);
    REQUIRE(connection->first<std::string>("PRAGMA integrity_check") == "ok");
  }
  CHECK(kills > 15);
}

TEST_CASE("a migration without a number, a min_reader or its predecessor is our mistake") {
  CHECK_THROWS_AS(parse_migration("add_note", "-- min_reader: 1\n"), BrokenExpectation);
  CHECK_THROWS_AS(parse_migration("0002_add_note", "ALTER TABLE"), BrokenExpectation);
  std::vector<Migration> steps = two_steps();
  steps.erase(steps.begin() + (today - 1));
  CHECK_THROWS_AS(newest_version(steps), BrokenExpectation);
  CHECK(newest_version({}) == 1);
  CHECK(newest_version(embedded_migrations()) >= 1);
}

TEST_CASE("a reading command does not migrate an older store") {
  const TemporaryFolder folder;
  const fs::path file = a_store_of_today(folder);
  CHECK_THAT(store_fault_of([&] { open_for_reading(file, two_steps()); }),
             Contains(fmt::format("version {}, older than this program's {}", today, last)) &&
                 Contains("`winnow db upgrade` brings it up to date"));
  CHECK(version_in(file) == today);
}
