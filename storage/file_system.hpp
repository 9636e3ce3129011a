// The kind of file system a path lies on, and whether a store can live there. SQLite's log needs
// locks that hold, syncs that are true, and memory shared between processes; a server on the other
// side of a network gives none of these.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace winnow::store {

struct FileSystem {
  std::string type;             // "ext4", "fuse.sshfs"; "0x12345678" for one we do not know
  bool suitable = true;         // false where files lie on another machine
  std::filesystem::path asked;  // the nearest existing folder
};

/// Of a path that may not be there yet. Throws StoreError.
FileSystem file_system_of(const std::filesystem::path& path);

/// By the number that statfs(2) gives; the list is that of its manual page. `mount_type`: the type
/// in /proc/self/mountinfo, by which file systems in user space are told apart.
FileSystem file_system_named(unsigned long magic, std::string_view mount_type);

/// The type of the mount with this device number (st_dev) in the text of /proc/self/mountinfo; ""
/// when it is not there.
std::string mount_type_in(std::string_view mount_table, unsigned major, unsigned minor);

/// Throws StoreError (network) when `folder` lies on one that is not suitable.
void refuse_network(const std::filesystem::path& folder);

}  // namespace winnow::store
