#include "storage/sqlite.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cmath>

#include "storage/error.hpp"

namespace winnow::store {
namespace {

// Nobody but the one writer holds SQLite's locks for long; a reader that recovers the log after a
// crash holds them for as long as it takes to read 4 MiB. Five seconds is a slow disk doing that.
constexpr int busy_timeout_ms = 5000;

// SQLite's own default, about 4 MiB of log at 4 KiB pages: a checkpoint of that size takes
// milliseconds.
constexpr int checkpoint_pages = 1000;

// A reader that stays long lets the log grow beyond that; afterwards the file is cut back to this
// size.
constexpr int log_size_limit_bytes = 4 * 1024 * 1024;

bool may_write(Access access) { return access == Access::read_write || access == Access::memory; }

/// A file name as SQLite reads URIs (its page "Uniform Resource Identifiers", section 3).
std::string immutable_uri(const std::filesystem::path& file) {
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-";
  std::string uri = "file:";
  for (const char c : file.string()) {
    if (plain.find(c) != std::string_view::npos) {
      uri += c;
    } else {
      uri += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return uri + "?immutable=1";
}

StoreFault fault_of(int code, int system) {
  switch (code) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:  // the file's first bytes were checked before SQLite saw it
      return StoreFault::damaged;
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return StoreFault::read_only;
    case SQLITE_FULL:
      return StoreFault::full;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return StoreFault::busy;
    case SQLITE_IOERR:
      // SQLite reports only ENOSPC as SQLITE_FULL.
      return system == EFBIG || system == EDQUOT || system == ENOSPC ? StoreFault::full
                                                                     : StoreFault::other;
    case SQLITE_CANTOPEN:
      if (system == EACCES || system == EROFS || system == EPERM) return StoreFault::read_only;
      return system == ENOENT ? StoreFault::missing : StoreFault::other;
    default:
      return StoreFault::other;
  }
}

// sqlite3_system_errno() forgets what made a commit fail; the file that was written still knows.
int last_errno(sqlite3* handle) {
  int error = sqlite3_system_errno(handle);
  for (const int which : {SQLITE_FCNTL_FILE_POINTER, SQLITE_FCNTL_JOURNAL_POINTER}) {
    sqlite3_file* file = nullptr;
    sqlite3_file_control(handle, "main", which, &file);
    if (error != 0 || file == nullptr || file->pMethods == nullptr) continue;
    file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &error);
  }
  return error;
}

}  // namespace

// --- Statement
// -------------------------------------------------------------------------------------

Statement::Statement(Statement&& other) noexcept
    : connection_(other.connection_), statement_(std::exchange(other.statement_, nullptr)) {}

Statement::~Statement() {
  if (statement_ != nullptr) connection_->give_back(statement_);
}

std::size_t Statement::parameter_count() const {
  return static_cast<std::size_t>(sqlite3_bind_parameter_count(statement_));
}

// The result of a reset repeats the error of the last step, which step() has thrown already.
void Statement::reset() { sqlite3_reset(statement_); }

bool Statement::step() {
  // A commit changes nothing by itself, and rolls back when it fails: what we were doing is known
  // before.
  const bool writes = connection_->in_transaction() || sqlite3_stmt_readonly(statement_) == 0;
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  connection_->fail(code, writes ? "write" : "read");
}

std::string Statement::text(int index) const {
  const unsigned char* bytes = sqlite3_column_text(statement_, index);
  if (bytes == nullptr) return {};
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, index));
  return {reinterpret_cast<const char*>(bytes), size};
}

void Statement::check(int code) {
  if (code != SQLITE_OK) connection_->fail(code, "use");
}

void Statement::bind_at(int index, double value) {
  expect(!std::isnan(value), "SQLite would store NaN as NULL: the caller says what it means");
  check(sqlite3_bind_double(statement_, index, value));
}

void Statement::bind_at(int index, std::string_view value) {
  // An empty view may have no address, which SQLite would take for NULL.
  const char* bytes = value.data() == nullptr ? "" : value.data();
  check(sqlite3_bind_text64(statement_, index, bytes, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

void Statement::bind_at(int index, const std::optional<int>& value) {
  value ? bind_integer(index, *value) : bind_null(index);
}

void Statement::bind_at(int index, const std::optional<std::int64_t>& value) {
  value ? bind_integer(index, *value) : bind_null(index);
}

void Statement::bind_at(int index, const std::optional<double>& value) {
  value ? bind_at(index, *value) : bind_null(index);
}

void Statement::bind_integer(int index, std::int64_t value) {
  check(sqlite3_bind_int64(statement_, index, value));
}

void Statement::bind_null(int index) { check(sqlite3_bind_null(statement_, index)); }

// --- Connection
// ------------------------------------------------------------------------------------

Connection::Connection(std::filesystem::path file, Access access)
    : file_(std::move(file)), access_(access) {
  std::string name = access == Access::memory ? ":memory:" : file_.string();
  int flags = SQLITE_OPEN_READWRITE;
  if (access == Access::read_only) flags = SQLITE_OPEN_READONLY;
  if (access == Access::immutable) {
    name = immutable_uri(file_);
    flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;
  }
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(name.c_str(), &handle, flags | SQLITE_OPEN_EXRESCODE, nullptr);
  handle_.reset(handle);  // also of a failed opening: it holds the error's text
  if (code != SQLITE_OK) fail(code, "open");
  configure();
}

void Connection::configure() {
  sqlite3_busy_timeout(handle(), busy_timeout_ms);
  sqlite3_db_config(handle(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  if (!may_write(access_)) {
    sqlite3_db_config(handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  }
  run_script(
      "PRAGMA foreign_keys = ON;"
      "PRAGMA trusted_schema = OFF;"
      "PRAGMA cell_size_check = ON;");
  if (access_ == Access::read_write) use_wal();
}

void Connection::use_wal() {
  // SQLite opens a protected file for reading without a word.
  if (sqlite3_db_readonly(handle(), "main") == 1) fail(SQLITE_READONLY, "open for writing");
  const std::optional<std::string> mode = first<std::string>("PRAGMA journal_mode = WAL");
  if (mode != "wal") {
    throw StoreError(StoreFault::other, "open for writing", file_,
                     {.text = "this file system does not support a write-ahead log"});
  }
  run_script(
      fmt::format("PRAGMA synchronous = FULL;"
                  "PRAGMA wal_autocheckpoint = {};"
                  "PRAGMA journal_size_limit = {};",
                  checkpoint_pages, log_size_limit_bytes));
}

Statement Connection::prepare(std::string_view sql) {
  if (!broken_.empty()) {
    throw StoreError(StoreFault::other, "go on with", file_,
                     {.text = "an earlier I/O error makes it unsafe (" + broken_ + ")"});
  }
  if (auto idle = idle_.extract(std::string(sql))) return {*this, idle.mapped().release()};
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(handle(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) fail(code, "read");
  return {*this, statement};
}

void Connection::give_back(sqlite3_stmt* statement) noexcept {
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
  // Two leases of one text may have been alive: the second to come home replaces the first.
  idle_[sqlite3_sql(statement)].reset(statement);
}

void Connection::run_script(const std::string& sql) {
  const int code = sqlite3_exec(handle(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code, may_write(access_) ? "write" : "read");
}

void Connection::commit_deferred() {
  if (!has_deferred()) return;
  deferred_ = false;
  try {
    run("COMMIT");
  } catch (const StoreError&) {
    if (in_transaction()) sqlite3_exec(handle(), "ROLLBACK", nullptr, nullptr, nullptr);
    throw;
  }
}

void Connection::fail(int code, std::string_view doing) {
  StoreError::Cause cause;
  cause.sqlite = code & 0xff;  // the primary code is the low byte of the extended one
  cause.sqlite_extended = code;
  const bool from_system = cause.sqlite == SQLITE_IOERR || cause.sqlite == SQLITE_CANTOPEN;
  if (from_system && handle_ != nullptr) cause.system = last_errno(handle());
  // The handle's words belong to its last call; a code that we found ourselves has none there.
  const bool has_words = handle_ != nullptr && (sqlite3_errcode(handle()) & 0xff) == cause.sqlite;
  cause.text = has_words ? sqlite3_errmsg(handle()) : sqlite3_errstr(code);
  const StoreFault kind = fault_of(cause.sqlite, cause.system);
  if (cause.sqlite == SQLITE_IOERR && kind != StoreFault::full) broken_ = cause.text;
  throw StoreError(kind, doing, file_, std::move(cause));
}

// --- Transaction
// -----------------------------------------------------------------------------------

Transaction::Transaction(Connection& connection, Kind kind) : connection_(connection) {
  expect(connection.has_deferred() || !connection.in_transaction(), "one transaction at a time");
  expect(kind == Kind::snapshot || may_write(connection.access()),
         "this store was opened for reading");
  // What was left stays open around this one, and comes through if this one does not.
  if (connection.has_deferred()) {
    connection_.run("SAVEPOINT later");
  } else {
    connection_.run(kind == Kind::write ? "BEGIN IMMEDIATE" : "BEGIN");
  }
}

Transaction::~Transaction() {
  // SQLite has rolled back by itself after some errors. When the rollback fails, the file is as it
  // was: the log holds nothing that was not committed.
  if (state_ != State::open || !connection_.in_transaction()) return;
  const char* undo = connection_.has_deferred() ? "ROLLBACK TO later; RELEASE later" : "ROLLBACK";
  sqlite3_exec(connection_.handle(), undo, nullptr, nullptr, nullptr);
}

void Transaction::commit() {
  expect(state_ == State::open, "a transaction ends once");
  connection_.deferred_ = false;  // one commit for all: from here they share their fate
  connection_.run("COMMIT");
  state_ = State::committed;
}

void Transaction::commit_later() {
  expect(state_ == State::open, "a transaction ends once");
  if (connection_.has_deferred()) connection_.run("RELEASE later");
  connection_.deferred_ = true;
  state_ = State::deferred;
}

void Transaction::roll_back() {
  expect(state_ == State::open, "a transaction ends once");
  const bool is_inner = connection_.has_deferred();
  connection_.run(is_inner ? "ROLLBACK TO later" : "ROLLBACK");
  if (is_inner) connection_.run("RELEASE later");
  state_ = State::rolled_back;
}

}  // namespace winnow::store
