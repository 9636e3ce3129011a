// The kind of file system a path lies on, and whether a study can live there: SQLite's write-ahead
// log needs shared memory and locks between processes, which network file systems do not give
// reliably.
#pragma once

#include <filesystem>
#include <string>

namespace winnow::run {

struct FileSystem {
  std::string type;             // "ext4"; "0x12345678" for one we do not know
  bool suitable = true;         // false for network and user-space file systems
  std::filesystem::path asked;  // the nearest existing folder
};

/// Of a path that may not be there yet. Throws SystemError.
FileSystem file_system_of(const std::filesystem::path& path);

/// By the number that statfs(2) gives; the list is that of its manual page.
FileSystem file_system_named(unsigned long magic);

}  // namespace winnow::run
