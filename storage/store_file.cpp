#include "storage/store_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <regex>
#include <string>
#include <utility>

#include "storage/error.hpp"
#include "storage/file_system.hpp"
#include "storage/known_trials.hpp"
#include "storage/metrics.hpp"
#include "storage/rows.hpp"

namespace winnow::store {
namespace {

namespace fs = std::filesystem;

fs::path folder_of(const fs::path& file) {
  return file.parent_path().empty() ? fs::path(".") : file.parent_path();
}

void remove_with_side_files(const fs::path& file) {
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
    ::unlink((file.string() + suffix).c_str());  // most of them never existed
  }
}

// SQLite would take an empty file for a new database and say of any other only "not a database".
void check_first_bytes(const fs::path& file) {
  const OwnedFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.is_open()) {
    const int error = errno;
    if (error != EACCES) throw system_error(error, "open", file);
    throw StoreError(StoreFault::other, "read", file,
                     {.system = error, .text = "this user may not read it"});
  }
  struct stat status = {};
  if (::fstat(fd.value(), &status) != 0) throw system_error(errno, "open", file);
  const auto refuse = [&file](std::string text) {
    throw StoreError(StoreFault::not_a_store, "open", file, {.text = std::move(text)});
  };
  if (S_ISDIR(status.st_mode)) refuse("it is a folder");
  if (!S_ISREG(status.st_mode)) refuse("it is not a regular file");
  if (status.st_size == 0) refuse("the file is empty");
  constexpr std::string_view magic("SQLite format 3\0", 16);
  std::array<char, 16> bytes = {};
  const ssize_t count = ::pread(fd.value(), bytes.data(), bytes.size(), 0);
  if (count < 0) throw system_error(errno, "read", file);
  if (std::string_view(bytes.data(), static_cast<std::size_t>(count)) != magic) {
    refuse("it is not a SQLite file");
  }
}

// A write-ahead log lives beside the file, so both must be writable; SQLite's own words for a
// protected folder are "unable to open database file".
void check_writable(const fs::path& file, std::string_view doing) {
  if (::access(file.c_str(), W_OK) != 0) throw system_error(errno, doing, file);
  if (::access(folder_of(file).c_str(), W_OK) != 0) {
    throw system_error(errno, doing, folder_of(file));
  }
}

// Readers of a write-ahead log keep their marks in the -shm file, which they make if it is not
// there. In a folder that takes no file, a store whose last writer has closed it can be read as it
// is; one with a log left over cannot.
Access access_for_reading(const fs::path& file) {
  const fs::path folder = folder_of(file);
  if (::access(folder.c_str(), W_OK) == 0) return Access::read_only;
  const int error = errno;
  if (::access((file.string() + "-shm").c_str(), R_OK) == 0) return Access::read_only;
  struct stat log = {};
  const bool has_log = ::stat((file.string() + "-wal").c_str(), &log) == 0 && log.st_size > 0;
  if (!has_log) return Access::immutable;
  throw system_error(error, "read the unfinished log of a store in", folder);
}

void check_content(Connection& connection) {
  const auto verdict = connection.first<std::string>("PRAGMA quick_check(1)");
  if (verdict == "ok") return;
  throw StoreError(StoreFault::damaged, "trust", connection.file(),
                   {.text = verdict.value_or("quick_check gave no answer")});
}

// SQLite opens for reading, without a word, when it may not write the log's index.
void check_can_write(Connection& connection) {
  Transaction probe(connection);
  probe.roll_back();
}

StoreError newer(const fs::path& file, std::string_view doing, int found, int ours) {
  return {
      StoreFault::newer_version,
      doing,
      file,
      {.text = fmt::format("the store has version {}, this program (winnow {}) knows versions up "
                           "to {}",
                           found, WINNOW_VERSION, ours)}};
}

}  // namespace

void remove_unfinished(const fs::path& file) {
  // As NewFile names them: for the file itself, and for the backup before a migration.
  const std::regex unfinished(R"((\.backup-v[0-9]+)?\.new-[A-Za-z0-9]{6})");
  const std::string name = file.filename().string();
  std::error_code ignored;  // a folder that cannot be looked through keeps what it has
  for (fs::directory_iterator entry(folder_of(file), ignored), end; entry != end;
       entry.increment(ignored)) {
    const std::string found = entry->path().filename().string();
    if (!found.starts_with(name)) continue;
    if (std::regex_match(found.substr(name.size()), unfinished)) {
      remove_with_side_files(entry->path());
    }
  }
}

NewFile::NewFile(fs::path target) : target_(std::move(target)) {
  std::string name = target_.string() + ".new-XXXXXX";
  fd_ = OwnedFd(::mkostemp(name.data(), O_CLOEXEC));
  if (!fd_.is_open()) throw system_error(errno, "make a file beside", target_);
  path_ = name;
}

NewFile::~NewFile() {
  if (!path_.empty()) remove_with_side_files(path_);
}

void NewFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(fd_.value(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw system_error(errno, "write", target_);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

void NewFile::become_target() {
  sync();
  // link() refuses an existing name; rename() would replace it.
  if (::link(path_.c_str(), target_.c_str()) != 0) throw system_error(errno, "make", target_);
  ::unlink(path_.c_str());
  path_.clear();
  sync_folder();
}

void NewFile::replace_target() {
  sync();
  if (::rename(path_.c_str(), target_.c_str()) != 0) throw system_error(errno, "replace", target_);
  path_.clear();
  sync_folder();
}

void NewFile::sync() {
  if (::fsync(fd_.value()) != 0) throw system_error(errno, "sync", target_);
}

void NewFile::sync_folder() {
  const OwnedFd folder(::open(folder_of(target_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.is_open() || ::fsync(folder.value()) != 0) {
    throw system_error(errno, "sync the folder of", target_);
  }
}

void make_schema(Connection& connection, const NewStudy& study, const KnownTrials& known) {
  const int version = newest_version(embedded_migrations());
  Transaction transaction(connection);
  connection.run_script(std::string(schema_sql()));
  record_version(connection, version, version);
  connection.run(
      "INSERT INTO study(id, name, spec, config_text, config_path, seed, objectives,"
      " winnow_version, created_at)"
      " VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))",
      study.name, study.spec, study.config_text, study.config_path, signed_bits(study.seed),
      objectives_json(study.objectives), WINNOW_VERSION);
  connection.run("INSERT INTO counters(id, tells, events) VALUES (1, 0, 0)");
  write_objective_metrics(connection, study.objectives);
  write_known_trials(connection, known);
  transaction.commit();
}

void create_store_file(const fs::path& file, const NewStudy& study, const KnownTrials& known) {
  refuse_network(folder_of(file));
  // A log without its store would be replayed into the new one.
  const fs::path log = file.string() + "-wal";
  if (::access(log.c_str(), F_OK) == 0) throw system_error(EEXIST, "make a store beside", log);

  // Made in memory, written as one piece: no side files, and nothing between "none" and "complete".
  Connection memory("", Access::memory);
  make_schema(memory, study, known);
  sqlite3_int64 size = 0;
  const std::unique_ptr<unsigned char, void (*)(void*)> image(
      sqlite3_serialize(memory.handle(), "main", &size, 0), &sqlite3_free);
  if (image == nullptr) memory.fail(SQLITE_NOMEM, "make");
  NewFile made(file);
  made.write({reinterpret_cast<const char*>(image.get()), static_cast<std::size_t>(size)});
  made.become_target();
  try {
    // The log needs space too: a store that cannot be opened has not been made.
    open_for_writing(file, embedded_migrations());
  } catch (const StoreError&) {
    remove_with_side_files(file);
    throw;
  }
}

std::unique_ptr<Connection> open_for_writing(const fs::path& file,
                                             std::span<const Migration> migrations) {
  check_first_bytes(file);
  refuse_network(folder_of(file));
  check_writable(file, "write");
  auto connection = std::make_unique<Connection>(file, Access::read_write);
  const int found = version_of(*connection).version;
  const int ours = newest_version(migrations);
  if (found > ours) throw newer(file, "write", found, ours);
  check_can_write(*connection);
  check_content(*connection);
  migrate(*connection, migrations);
  return connection;
}

std::unique_ptr<Connection> open_for_reading(const fs::path& file,
                                             std::span<const Migration> migrations) {
  check_first_bytes(file);
  auto connection = std::make_unique<Connection>(file, access_for_reading(file));
  const StoreVersion found = version_of(*connection);
  const int ours = newest_version(migrations);
  if (found.min_reader > ours) throw newer(file, "read", found.version, ours);
  if (found.version < ours) {
    throw StoreError(StoreFault::older_version, "read", file,
                     {.text = fmt::format("the store has version {}, older than this program's {}",
                                          found.version, ours)});
  }
  return connection;
}

}  // namespace winnow::store
