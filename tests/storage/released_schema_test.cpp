// The schema of every version that was ever released, as a store that it made:
// golden/version_N.sql. Each must open for ever, and today's must be what its golden store says: a
// schema is not changed in place.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>
#include <regex>

#include "storage/migration.hpp"
#include "storage/sqlite.hpp"
#include "storage/verify.hpp"
#include "tests/storage/builders.hpp"
#include "tests/storage/report_values.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace winnow;
using namespace winnow::store;
using winnow::tests::TemporaryFolder;

namespace {

namespace fs = std::filesystem;

fs::path golden(int version) {
  return fmt::format("{}/tests/storage/golden/version_{}.sql", WINNOW_SOURCE_DIR, version);
}

fs::path make_golden_store(const TemporaryFolder& folder, int version) {
  const fs::path file = folder / fmt::format("version_{}.db", version);
  tests::write_text(file, "");
  Connection(file, Access::read_write).run_script(tests::read_text(golden(version)));
  return file;
}

/// Tables with their columns, indexes, views: a line each, whatever way they came to be.
std::string shape(Connection& connection) {
  std::string text;
  Statement columns = connection.query(
      "SELECT t.name || '.' || c.name || ' ' || c.type || c.\"notnull\" || c.pk || '='"
      " || coalesce(c.dflt_value, '') FROM sqlite_schema t, pragma_table_xinfo(t.name) c"
      " WHERE t.type = 'table' ORDER BY t.name, c.cid");
  while (columns.step()) text += columns.column<std::string>(0) + "\n";
  Statement others = connection.query(
      "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema"
      " WHERE type <> 'table' ORDER BY name");
  while (others.step()) text += others.column<std::string>(0) + "\n";
  Statement keys = connection.query(
      "SELECT t.name || '.' || k.\"from\" || ' -> ' || k.\"table\" || '.' || k.\"to\""
      " FROM sqlite_schema t, pragma_foreign_key_list(t.name) k WHERE t.type = 'table' ORDER BY 1");
  while (keys.step()) text += keys.column<std::string>(0) + "\n";
  return text;
}

/// The text of a schema without its layout: SQLite keeps a statement as it was written.
std::string statements(Connection& connection) {
  std::string text;
  Statement rows =
      connection.query("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name");
  while (rows.step()) text += rows.column<std::string>(0) + ";";
  text = std::regex_replace(text, std::regex("--[^\n]*"), "");
  return std::regex_replace(text, std::regex("\\s+"), " ");
}

int newest() { return newest_version(embedded_migrations()); }

}  // namespace

TEST_CASE("a store of every released schema opens, with everything in it") {
  for (int version = 1; version <= newest(); ++version) {
    INFO("version " << version);
    const TemporaryFolder folder;
    const Store store = Store::open(make_golden_store(folder, version));
    CHECK(version_of(store.connection()).version == newest());
    CHECK(store.study().name == "released");
    CHECK(store.study().seed == 18446744073709551615u);
    CHECK(store.study().ending == "max_trials");
    CHECK(store.counts().completed == 3);
    CHECK(store.counts().failed == 3);
    CHECK(store.counts().infeasible == 1);
    CHECK(std::isinf(store.trial(TrialNumber{0})->values.at("speed")));
    CHECK(std::isnan(store.trial(TrialNumber{3})->values.at("eval_loss")));
    CHECK(store.best(an_objective("eval_loss"), 9).size() == 3);
    CHECK(store.outcomes().size() == static_cast<std::size_t>(store.tells()));
    CHECK(store.attempts(TrialNumber{0}).at(1).attempt.resumed_from == "step-1");
    CHECK(store.reported(TrialNumber{0}).size() > 3);
    CHECK(store.decisions().size() == 1);
    // Its folders are not kept: all but what verify() says of them must hold.
    for (const std::string& violation : verify(store, folder.path(), report_values, {})) {
      CHECK_FALSE((violation.starts_with("I2") || violation.starts_with("I4") ||
                   violation.starts_with("I5") || violation.starts_with("I6") ||
                   violation.starts_with("I7")));
    }
  }
}

TEST_CASE("a store that was brought up to date has the shape of a new one") {
  const TemporaryFolder folder;
  const Store fresh = Store::in_memory(a_study());
  for (int version = 1; version <= newest(); ++version) {
    const Store store = Store::open(make_golden_store(folder, version));
    CHECK(shape(store.connection()) == shape(fresh.connection()));
  }
}

TEST_CASE("the newest schema is the one that is kept for it") {
  // One that differs needs a migration, and a golden store of its own.
  const TemporaryFolder folder;
  Connection kept(make_golden_store(folder, newest()), Access::read_only);
  const Store fresh = Store::in_memory(a_study());
  CHECK(statements(kept) == statements(fresh.connection()));
}
