// The store as a file: made completely or not at all, and looked at with care before SQLite may
// have it.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string_view>

#include "storage/migration.hpp"
#include "storage/owned_fd.hpp"
#include "storage/records.hpp"
#include "storage/sqlite.hpp"

namespace winnow::store {

/// A file under a temporary name in its target's folder, readable by the owner only; gone with this
/// object, together with SQLite's side files, unless it was given its target's name.
class NewFile final {
 public:
  /// Throws StoreError.
  explicit NewFile(std::filesystem::path target);
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile();

  const std::filesystem::path& path() const { return path_; }
  void write(std::string_view bytes);
  /// Synced, then named; a file that is there already is never replaced. Throws StoreError
  /// (exists).
  void become_target();
  /// Synced, then named, in place of a file that is there.
  void replace_target();

 private:
  void sync();
  void sync_folder();

  std::filesystem::path target_;
  std::filesystem::path path_;
  OwnedFd fd_;
};

/// Removes what a process has left that was killed while it made `file`, or a copy of it beside it.
/// Needs: nobody else makes any (the study's lock is held). What cannot be removed stays.
void remove_unfinished(const std::filesystem::path& file);

/// The schema of today, the one row of `study` and its known trials, in one transaction.
void make_schema(Connection& connection, const NewStudy& study, const KnownTrials& known = {});

/// Makes `file`, or nothing at all. Throws StoreError.
void create_store_file(const std::filesystem::path& file, const NewStudy& study,
                       const KnownTrials& known = {});

/// Checks the file (quick_check: about a second at a million trials), migrates it. Throws
/// StoreError.
std::unique_ptr<Connection> open_for_writing(const std::filesystem::path& file,
                                             std::span<const Migration> migrations);

/// Reads a newer store too where its min_reader allows. Throws StoreError.
std::unique_ptr<Connection> open_for_reading(const std::filesystem::path& file,
                                             std::span<const Migration> migrations);

}  // namespace winnow::store
