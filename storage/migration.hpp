// How a store made by an earlier winnow becomes one of today: numbered steps, each in one
// transaction, after a backup. schema.sql is always the newest schema; a new store needs no step.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/sqlite.hpp"

namespace winnow::store {

/// One file of migrations/: "0002_add_notes.sql" leads to version 2. Its first line is
/// "-- min_reader: N": a program of version N can still read the result (it only adds).
struct Migration {
  int version = 0;
  int min_reader = 0;
  std::string name;
  std::string sql;
};

/// Throws BrokenExpectation when the name has no number or the first line no min_reader.
Migration parse_migration(std::string_view name, std::string_view sql);

std::string_view schema_sql();
const std::vector<Migration>& embedded_migrations();

/// The version that the last migration leads to; 1 without migrations.
int newest_version(std::span<const Migration> migrations);

/// What the file says: its version and the oldest program that may read it. Throws StoreError
/// (not_a_store) when the file belongs to another program, (damaged) when it has no version.
struct StoreVersion {
  int version = 0;
  int min_reader = 0;
};
StoreVersion version_of(Connection& connection);

/// Writes down that the file now has this version; part of the caller's transaction.
void record_version(Connection& connection, int version, int min_reader);

/// Brings a store to the newest version, step by step. Interrupted, it stands at the last finished
/// step. Before the first step the store is copied to FILE.backup-vN, N its version so far. Throws
/// StoreError.
void migrate(Connection& connection, std::span<const Migration> migrations);

/// A copy of the whole store, through SQLite's backup interface: under a temporary name, synced,
/// then renamed over `target`. Throws StoreError; then `target` is as it was.
void back_up(Connection& connection, const std::filesystem::path& target);

}  // namespace winnow::store
