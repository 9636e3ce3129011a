// SQLite in three resources: a Connection, a Statement lent from its cache, a Transaction. Every
// result code passes through one place, Connection::fail, and leaves it as a StoreError.
#pragma once

#include <sqlite3.h>

#include <concepts>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "searchers/problem/error.hpp"

namespace winnow::store {

class Connection;

/// A prepared statement, lent from a connection's cache and given back, reset, at the end of its
/// life. Arguments and columns are typed; optional means NULL. Needs: the connection outlives it.
class Statement final {
 public:
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  /// Values for ?1, ?2, …: as many as the statement has.
  template <class... Arguments>
  void bind(const Arguments&... arguments) {
    expect(sizeof...(arguments) == parameter_count(), "one argument for each ? of a statement");
    reset();
    int index = 0;
    (bind_at(++index, arguments), ...);
  }

  /// Is there a row? false at the end. Throws StoreError.
  bool step();

  int column_count() const { return sqlite3_column_count(statement_); }
  std::string column_name(int index) const { return sqlite3_column_name(statement_, index); }

  bool is_real(int index) const { return sqlite3_column_type(statement_, index) == SQLITE_FLOAT; }

  /// The value in column `index` (from 0) of the row that step() has reached: std::int64_t, int,
  /// double, std::string, or an optional of these.
  template <class T>
  T column(int index) const {
    if constexpr (requires { typename T::value_type; } && !std::same_as<T, std::string>) {
      if (sqlite3_column_type(statement_, index) == SQLITE_NULL) return std::nullopt;
      return column<typename T::value_type>(index);
    } else if constexpr (std::same_as<T, std::string>) {
      return text(index);
    } else if constexpr (std::floating_point<T>) {
      return sqlite3_column_double(statement_, index);
    } else {
      return static_cast<T>(sqlite3_column_int64(statement_, index));
    }
  }

 private:
  friend class Connection;
  Statement(Connection& connection, sqlite3_stmt* statement)
      : connection_(&connection), statement_(statement) {}

  std::size_t parameter_count() const;
  void reset();
  std::string text(int index) const;
  void check(int code);

  template <std::signed_integral T>
  void bind_at(int index, T value) {
    bind_integer(index, value);
  }
  void bind_at(int index, double value);
  void bind_at(int index, std::string_view value);
  void bind_at(int index, const std::optional<int>& value);
  void bind_at(int index, const std::optional<std::int64_t>& value);
  void bind_at(int index, const std::optional<double>& value);
  void bind_at(int index, const std::same_as<std::optional<std::string>> auto& value) {
    value ? bind_at(index, std::string_view(*value)) : bind_null(index);
  }
  void bind_integer(int index, std::int64_t value);
  void bind_null(int index);

  Connection* connection_;
  sqlite3_stmt* statement_;
};

/// `read_only` never writes and never checkpoints; `immutable` is the same for a file that nobody
/// can be writing, without locks and without the log's index; `memory` has no file.
enum class Access { read_only, immutable, read_write, memory };

/// One connection, for one thread. After an I/O error other than a full disk it refuses everything:
/// a later fsync may report success for data that is gone.
class Connection final {
 public:
  /// Opens and configures. The file must exist (but for `memory`). Throws StoreError.
  Connection(std::filesystem::path file, Access access);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// A statement with its arguments, ready to step.
  template <class... Arguments>
  Statement query(std::string_view sql, const Arguments&... arguments) {
    Statement statement = prepare(sql);
    statement.bind(arguments...);
    return statement;
  }

  /// Runs a statement to its end.
  template <class... Arguments>
  void run(std::string_view sql, const Arguments&... arguments) {
    Statement statement = query(sql, arguments...);
    while (statement.step()) {
    }
  }

  /// The first column of the first row; nothing when there is no row.
  template <class T, class... Arguments>
  std::optional<T> first(std::string_view sql, const Arguments&... arguments) {
    Statement statement = query(sql, arguments...);
    if (!statement.step()) return std::nullopt;
    return statement.column<T>(0);
  }

  /// Several statements without arguments, not cached.
  void run_script(const std::string& sql);

  std::int64_t last_insert_id() const { return sqlite3_last_insert_rowid(handle_.get()); }
  bool in_transaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }
  /// Is there a transaction that was left to a later commit?
  bool has_deferred() const { return deferred_ && in_transaction(); }
  /// Makes durable what was left; nothing to do without. Throws StoreError, and it is rolled back.
  void commit_deferred();
  Access access() const { return access_; }
  const std::filesystem::path& file() const { return file_; }
  /// For what has no wrapper here: backup, serialisation.
  sqlite3* handle() { return handle_.get(); }

  /// Throws the StoreError for `code`, which SQLite returned while we were `doing` something.
  [[noreturn]] void fail(int code, std::string_view doing);

 private:
  friend class Statement;
  friend class Transaction;
  Statement prepare(std::string_view sql);
  void give_back(sqlite3_stmt* statement) noexcept;
  void configure();
  void use_wal();

  // Closing checkpoints, as far as the disk lets it: what is committed is in the log either way.
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  using OwnedStatement = std::unique_ptr<sqlite3_stmt, Finalize>;

  std::filesystem::path file_;
  Access access_;
  std::unique_ptr<sqlite3, Close> handle_;
  std::unordered_map<std::string, OwnedStatement> idle_;  // by SQL text; lent ones are not in it
  std::string broken_;     // why this connection must not be used any more
  bool deferred_ = false;  // the open transaction holds what was left to a later commit
};

/// Everything between its making and commit() happens completely or not at all. The destructor
/// rolls back what is still open, and does nothing in its other states.
///
/// One that is ended by commit_later() is whole and can be read through its connection, but not yet
/// durable: the next commit() of a transaction of the same connection takes it along, or
/// Connection::commit_deferred(). If that fails, all that was left is rolled back with it.
class Transaction final {
 public:
  enum class Kind { write, snapshot };

  explicit Transaction(Connection& connection, Kind kind = Kind::write);
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();

  /// Durable when it returns. Throws StoreError, and the transaction stays open.
  void commit();
  /// Complete, and durable with the next commit.
  void commit_later();
  void roll_back();

 private:
  enum class State { open, committed, deferred, rolled_back };
  Connection& connection_;
  State state_ = State::open;
};

}  // namespace winnow::store
