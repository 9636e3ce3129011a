// The disk under SQLite, for tests: a VFS that passes every call on to the system's own one, and on
// the way lets the n-th call of a kind fail, or writes down what a disk would have seen.
//
// Both are SQLite's own methods ("How SQLite Is Tested", sections 3.2 and 3.3: I/O error testing,
// crash testing).
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <random>
#include <span>
#include <string>
#include <vector>

namespace winnow::tests {

enum class DiskCall { read, write, sync, truncate };

/// One change of one file, in the order in which the disk was told of it.
struct DiskChange {
  enum class Kind { write, truncate, sync, remove };
  Kind kind = Kind::write;
  std::string file;         // its name without a folder
  std::int64_t offset = 0;  // of a write; the new size of a truncation
  std::string bytes;
};

/// While it lives, connections that are opened use it. One at a time.
class FaultyDisk final {
 public:
  enum class Lasts { once, for_ever };

  FaultyDisk();
  ~FaultyDisk();
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;

  /// The nth call of this kind from now on (from 1) returns `code` and does nothing.
  void fail(DiskCall call, int nth, int code, Lasts lasts);
  /// The same from the nth call on, for as long as there is such a file.
  void fail_while(DiskCall call, int nth, int code, std::filesystem::path file);
  void heal() { nth_ = 0; }
  int failures() const { return failures_; }

  /// Between the two, changes are written down.
  void record() { recording_ = true; }
  void stop_recording() { recording_ = false; }
  /// Syncs take their time and prove nothing where the power is cut on paper only.
  void skip_syncs() { skipping_syncs_ = true; }
  const std::vector<DiskChange>& changes() const { return changes_; }

 private:
  struct File;
  struct Calls;  // SQLite's function tables
  int fault_of(DiskCall call);
  void note(DiskChange::Kind kind, const char* path, std::int64_t offset, std::string bytes);

  sqlite3_vfs* system_;
  sqlite3_vfs vfs_;
  DiskCall failing_ = DiskCall::read;
  int nth_ = 0;  // 0: nothing fails
  int code_ = 0;
  Lasts lasts_ = Lasts::once;
  std::filesystem::path while_there_;  // empty: whatever is there
  int failures_ = 0;
  bool recording_ = false;
  bool skipping_syncs_ = false;
  std::vector<DiskChange> changes_;
};

/// What a power cut does to changes that were not synced: a disk may have written none of them,
/// all, or any, a sector at a time.
enum class Unsynced { lost, kept, some };

using DiskFiles = std::map<std::string, std::string>;  // bytes by name

/// The files that are there when the power comes back after `changes`.
DiskFiles after_power_cut(DiskFiles before, std::span<const DiskChange> changes, Unsynced unsynced,
                          std::mt19937& random);

}  // namespace winnow::tests
