// What the world refuses the store: a file that is missing, damaged, full, of another program. One
// type, thrown where SQLite or the system is called; `kind` says what the caller can do about it.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

namespace winnow::store {

/// Named by what to do next, not by where it came from.
enum class StoreFault {
  damaged,        // the file is ours but cannot be trusted: restore a backup
  not_a_store,    // empty, of another program, or no SQLite file at all
  newer_version,  // made by a later winnow
  older_version,  // made by an earlier one, which only a writer brings up to date
  read_only,      // the file or its folder may not be written
  full,           // no space, quota or size limit
  busy,           // another program holds SQLite's lock
  moved,          // while it was open: its name leads elsewhere or nowhere
  network,        // on a file system of another machine, whose locks and syncs may lie
  missing,
  exists,
  other,
};

std::string_view to_text(StoreFault fault);

class StoreError : public std::runtime_error {
 public:
  /// The codes behind a fault; 0 where there is none.
  struct Cause {
    int sqlite = 0;           // primary result code
    int sqlite_extended = 0;  // extended result code
    int system = 0;           // errno
    std::string text;         // the system's words
  };

  /// The message reads "cannot <doing> <file>: <text> (codes); <next step>".
  StoreError(StoreFault kind, std::string_view doing, const std::filesystem::path& file,
             Cause cause);

  StoreFault kind() const { return kind_; }
  const Cause& cause() const { return cause_; }

 private:
  StoreFault kind_;
  Cause cause_;
};

/// A failed system call, from errno: sorts full, read-only, missing and existing apart.
StoreError system_error(int error, std::string_view doing, const std::filesystem::path& file);

}  // namespace winnow::store
