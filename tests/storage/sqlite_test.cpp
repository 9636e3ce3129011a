#include "storage/sqlite.hpp"

#include <catch2/catch.hpp>
#include <limits>

#include "storage/error.hpp"
#include "tests/storage/child.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace winnow;
using namespace winnow::store;
using winnow::tests::TemporaryFolder;

namespace {

/// A file that SQLite may open: an empty one, which it takes for a new database.
std::filesystem::path an_empty_file(const TemporaryFolder& folder) {
  tests::write_text(folder / "test.db", "");
  return folder / "test.db";
}

}  // namespace

TEST_CASE("values of every type come back as they were bound") {
  Connection connection("", Access::memory);
  connection.run_script("CREATE TABLE t(a INTEGER, b REAL, c TEXT, d INTEGER) STRICT");
  const std::string text("with a \0 inside", 15);
  const std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
  connection.run("INSERT INTO t VALUES (?1, ?2, ?3, ?4)", lowest, 0.1, text, std::optional<int>());
  connection.run("INSERT INTO t VALUES (?1, ?2, ?3, ?4)", 7, -1e-308, "", std::optional(3));

  Statement rows = connection.query("SELECT a, b, c, d FROM t");
  REQUIRE(rows.step());
  CHECK(rows.column<std::int64_t>(0) == lowest);
  CHECK(rows.column<double>(1) == 0.1);
  CHECK(rows.column<std::string>(2) == text);
  CHECK(rows.column<std::optional<int>>(3) == std::nullopt);
  REQUIRE(rows.step());
  CHECK(rows.column<int>(0) == 7);
  CHECK(rows.column<std::optional<std::string>>(2) == "");
  CHECK(rows.column<std::optional<int>>(3) == 3);
  CHECK_FALSE(rows.step());
}

TEST_CASE("NaN is never bound as NULL") {
  Connection connection("", Access::memory);
  CHECK_THROWS_AS(connection.query("SELECT ?1", std::numeric_limits<double>::quiet_NaN()),
                  BrokenExpectation);
}

TEST_CASE("a statement wants exactly its arguments") {
  Connection connection("", Access::memory);
  CHECK_THROWS_AS(connection.query("SELECT ?1, ?2", 1), BrokenExpectation);
  CHECK_THROWS_AS(connection.query("SELECT ?1", 1, 2), BrokenExpectation);
}

TEST_CASE("two statements of one text do not disturb each other") {
  Connection connection("", Access::memory);
  const auto* sql = "SELECT ?1 UNION ALL SELECT ?1 + 10";
  Statement first = connection.query(sql, 1);
  REQUIRE(first.step());
  {
    Statement second = connection.query(sql, 2);
    REQUIRE(second.step());
    CHECK(second.column<int>(0) == 2);
  }
  REQUIRE(first.step());
  CHECK(first.column<int>(0) == 11);
}

TEST_CASE("a statement that comes from the cache has forgotten its arguments") {
  Connection connection("", Access::memory);
  CHECK(connection.first<int>("SELECT ?1", 5) == 5);
  CHECK(connection.first<std::optional<int>>("SELECT ?1", std::optional<int>()) ==
        std::optional<std::optional<int>>(std::optional<int>()));
}

TEST_CASE("a transaction that is not committed leaves nothing") {
  Connection connection("", Access::memory);
  connection.run_script("CREATE TABLE t(a INTEGER)");
  {
    Transaction transaction(connection);
    connection.run("INSERT INTO t VALUES (1)");
  }
  CHECK(connection.first<int>("SELECT count(*) FROM t") == 0);
  Transaction transaction(connection);
  connection.run("INSERT INTO t VALUES (1)");
  transaction.commit();
  CHECK(connection.first<int>("SELECT count(*) FROM t") == 1);
  CHECK_THROWS_AS(transaction.commit(), BrokenExpectation);
  CHECK_THROWS_AS(transaction.roll_back(), BrokenExpectation);
}

TEST_CASE("transactions do not nest") {
  Connection connection("", Access::memory);
  Transaction outer(connection);
  CHECK_THROWS_AS(Transaction(connection), BrokenExpectation);
}

TEST_CASE("what is left to a later commit comes with it") {
  const TemporaryFolder folder;
  Connection connection(an_empty_file(folder), Access::read_write);
  connection.run_script("CREATE TABLE t(a INTEGER)");
  Connection reader(folder / "test.db", Access::read_only);
  const auto rows = [](Connection& seen_by) {
    return seen_by.first<int>("SELECT count(*) FROM t").value();
  };
  const auto insert = [&] { connection.run("INSERT INTO t VALUES (1)"); };
  {
    Transaction left(connection);
    insert();
    left.commit_later();
  }
  CHECK(connection.has_deferred());
  CHECK((rows(connection) == 1 && rows(reader) == 0));

  SECTION("one that does not come through takes nothing along") {
    {
      Transaction fails(connection);
      insert();
    }
    CHECK((rows(connection) == 1 && rows(reader) == 0));
    Transaction undone(connection);
    insert();
    undone.roll_back();
    CHECK((rows(connection) == 1 && connection.has_deferred()));
    connection.commit_deferred();
    CHECK(rows(reader) == 1);
  }
  SECTION("the next commit takes all along that was left") {
    for (int i = 0; i < 2; ++i) {
      Transaction another(connection);
      insert();
      another.commit_later();
    }
    CHECK((rows(connection) == 3 && rows(reader) == 0));
    Transaction next(connection);
    insert();
    next.commit();
    CHECK((rows(reader) == 4 && !connection.has_deferred()));
  }
  SECTION("without a commit it is gone with the connection") {
    connection.run("ROLLBACK");  // as a connection does that is closed
    CHECK((rows(connection) == 0 && !connection.has_deferred()));
    connection.commit_deferred();
    Transaction afterwards(connection);
    insert();
    afterwards.commit();
    CHECK(rows(reader) == 1);
  }
}

TEST_CASE("a writing connection is durable, checks references and trusts no schema") {
  const TemporaryFolder folder;
  Connection connection(an_empty_file(folder), Access::read_write);
  CHECK(connection.first<std::string>("PRAGMA journal_mode") == "wal");
  CHECK(connection.first<int>("PRAGMA synchronous") == 2);  // FULL
  CHECK(connection.first<int>("PRAGMA foreign_keys") == 1);
  CHECK(connection.first<int>("PRAGMA trusted_schema") == 0);
  CHECK(connection.first<int>("PRAGMA wal_autocheckpoint") == 1000);
  CHECK(connection.first<int>("PRAGMA journal_size_limit") == 4 * 1024 * 1024);
}

TEST_CASE("the log is cut back after a reader has let it grow") {
  const TemporaryFolder folder;
  const auto file = an_empty_file(folder);
  Connection writer(file, Access::read_write);
  writer.run_script("CREATE TABLE t(a TEXT)");
  const std::string mebibyte(1024 * 1024, 'x');
  {
    Connection reader(file, Access::read_only);
    Statement held = reader.query("SELECT count(*) FROM sqlite_schema");
    REQUIRE(held.step());
    for (int i = 0; i < 12; ++i) writer.run("INSERT INTO t VALUES (?1)", mebibyte);
    CHECK(std::filesystem::file_size(file.string() + "-wal") > 12 * mebibyte.size());
  }
  // The first write after a complete checkpoint starts the log anew and cuts it.
  for (int i = 0; i < 2; ++i) writer.run("INSERT INTO t VALUES (?1)", "small");
  CHECK(std::filesystem::file_size(file.string() + "-wal") <= 4 * mebibyte.size());
}

TEST_CASE("a reading connection cannot write and does not checkpoint when it closes") {
  const TemporaryFolder folder;
  const auto file = an_empty_file(folder);
  auto writer = std::make_unique<Connection>(file, Access::read_write);
  writer->run_script("CREATE TABLE t(a INTEGER)");
  const std::string before = tests::read_text(file);
  {
    Connection reader(file, Access::read_only);
    CHECK(reader.first<int>("SELECT count(*) FROM t") == 0);
    CHECK_THROWS_AS(Transaction(reader), BrokenExpectation);
    CHECK_THROWS_AS(reader.run("INSERT INTO t VALUES (1)"), StoreError);
  }
  CHECK(tests::read_text(file) == before);
  writer.reset();
  CHECK(tests::read_text(file) != before);  // the writer's close does checkpoint
}

TEST_CASE("an error of SQLite tells its codes, its text and the file") {
  Connection connection("some name", Access::memory);
  try {
    connection.run("SELECT * FROM nowhere");
    FAIL("it should have thrown");
  } catch (const StoreError& error) {
    CHECK(error.kind() == StoreFault::other);
    CHECK(error.cause().sqlite == SQLITE_ERROR);
    CHECK_THAT(error.what(), Catch::Contains("cannot read some name: no such table: nowhere"));
  }
}

TEST_CASE("a page limit reads as full, and the transaction can be tried again") {
  Connection connection("", Access::memory);
  connection.run_script("CREATE TABLE t(a TEXT); PRAGMA max_page_count = 10");
  const std::string large(100 * 4096, 'x');
  const auto insert = [&](const std::string& text) {
    Transaction transaction(connection);
    connection.run("INSERT INTO t VALUES (?1)", text);
    transaction.commit();
  };
  CHECK_THAT(tests::store_fault_of([&] { insert(large); }), Catch::StartsWith("full: "));
  insert("small");
  CHECK(connection.first<int>("SELECT count(*) FROM t") == 1);
}

TEST_CASE("a writer that finds the lock taken says busy") {
  const TemporaryFolder folder;
  const auto file = an_empty_file(folder);
  Connection one(file, Access::read_write);
  Connection other(file, Access::read_write);
  sqlite3_busy_timeout(other.handle(), 0);
  Transaction holds(one);
  CHECK_THAT(tests::store_fault_of([&] { Transaction waits(other); }), Catch::StartsWith("busy: "));
}
