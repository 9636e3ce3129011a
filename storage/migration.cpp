#include "storage/migration.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <charconv>
#include <memory>
#include <system_error>

#include "storage/error.hpp"
#include "storage/store_file.hpp"
#include "storage/text_hash.hpp"

namespace winnow::store {
namespace {

// "WNNW": PRAGMA application_id in schema.sql.
constexpr int application_id = 0x574E4E57;

int leading_number(std::string_view text, std::string_view what) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  expect(error == std::errc() && end != text.data(), what);
  return number;
}

/// text_hash(text), for migrations only: no statement that stays in a file names it.
void add_text_hash(Connection& connection) {
  const auto hash = [](sqlite3_context* context, int, sqlite3_value** arguments) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(arguments[0]));
    const auto size = static_cast<std::size_t>(sqlite3_value_bytes(arguments[0]));
    sqlite3_result_int64(context, text_hash(std::string_view(text, size)));
  };
  sqlite3_create_function_v2(connection.handle(), "text_hash", 1, SQLITE_UTF8 | SQLITE_DIRECTONLY,
                             nullptr, hash, nullptr, nullptr, nullptr);
}

void apply(Connection& connection, const Migration& step) {
  add_text_hash(connection);
  Transaction transaction(connection);
  connection.run_script(step.sql);
  expect(connection.in_transaction(), "a migration leaves the transaction to us");
  if (connection.first<std::string>("PRAGMA foreign_key_check")) {
    throw StoreError(StoreFault::damaged, "migrate", connection.file(),
                     {.text = fmt::format("{} leaves rows that refer to nothing", step.name)});
  }
  record_version(connection, step.version, step.min_reader);
  transaction.commit();
}

}  // namespace

Migration parse_migration(std::string_view name, std::string_view sql) {
  constexpr std::string_view first_line = "-- min_reader: ";
  expect(sql.starts_with(first_line), "a migration begins with its min_reader");
  Migration migration;
  migration.version = leading_number(name, "a migration's name begins with its version");
  migration.min_reader = leading_number(sql.substr(first_line.size()), "min_reader is a number");
  migration.name = name;
  migration.sql = sql;
  return migration;
}

int newest_version(std::span<const Migration> migrations) {
  int version = 1;
  for (const Migration& migration : migrations) {
    expect(migration.version == version + 1, "migrations are numbered from 2 without a hole");
    version = migration.version;
  }
  return version;
}

StoreVersion version_of(Connection& connection) {
  if (connection.first<int>("PRAGMA application_id") != application_id) {
    throw StoreError(StoreFault::not_a_store, "open", connection.file(),
                     {.text = "this SQLite file belongs to another program"});
  }
  StoreVersion found;
  found.version = connection.first<int>("PRAGMA user_version").value_or(0);
  const auto recorded = connection.first<std::optional<int>>(
      "SELECT min_reader FROM migrations WHERE version = ?1", found.version);
  if (found.version < 1 || !recorded.has_value() || !recorded->has_value()) {
    throw StoreError(StoreFault::damaged, "open", connection.file(),
                     {.text = fmt::format("version {} is not in its own list", found.version)});
  }
  found.min_reader = **recorded;
  return found;
}

void record_version(Connection& connection, int version, int min_reader) {
  connection.run(
      "INSERT INTO migrations(version, min_reader, winnow_version, at)"
      " VALUES (?1, ?2, ?3, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))",
      version, min_reader, WINNOW_VERSION);
  connection.run_script(fmt::format("PRAGMA user_version = {}", version));
}

void migrate(Connection& connection, std::span<const Migration> migrations) {
  const int before = version_of(connection).version;
  if (before >= newest_version(migrations)) return;
  back_up(connection, fmt::format("{}.backup-v{}", connection.file().string(), before));
  // A step that builds a table anew passes through states with dangling references; it is checked
  // at its end. The switch has no effect inside a transaction, therefore here.
  connection.run_script("PRAGMA foreign_keys = OFF");
  for (const Migration& step : migrations) {
    if (step.version > before) apply(connection, step);
  }
  connection.run_script("PRAGMA foreign_keys = ON");
}

void back_up(Connection& connection, const std::filesystem::path& target) {
  NewFile copy(target);
  {
    Connection destination(copy.path(), Access::read_write);
    sqlite3_backup* backup =
        sqlite3_backup_init(destination.handle(), "main", connection.handle(), "main");
    if (backup == nullptr) destination.fail(sqlite3_errcode(destination.handle()), "back up to");
    sqlite3_backup_step(backup, -1);  // its error is repeated by the end
    const int code = sqlite3_backup_finish(backup);
    if (code != SQLITE_OK) destination.fail(code, "back up to");
  }
  copy.replace_target();
}

}  // namespace winnow::store
