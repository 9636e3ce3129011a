// Which file systems a store may lie on. SQLite's log needs locks that hold and syncs that are
// true, and memory shared between processes; a server on the other side of a network gives none of
// these.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace winnow::store {

/// The name of a network file system ("nfs", "cifs", "fuse.sshfs" …); nothing for one of this
/// machine. `magic`: statfs's f_type; `mount_type`: the type in /proc/self/mountinfo, by which
/// file systems in user space are told apart.
std::optional<std::string> network_file_system(long magic, std::string_view mount_type);

/// The type of the mount with this device number (st_dev) in the text of /proc/self/mountinfo; ""
/// when it is not there.
std::string mount_type_in(std::string_view mount_table, unsigned major, unsigned minor);

/// Throws StoreError (network) when `folder` lies on such a file system.
void refuse_network(const std::filesystem::path& folder);

}  // namespace winnow::store
