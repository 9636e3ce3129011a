// Bounds on the memory of a whole trial by control groups of version 2 (the kernel's
// Documentation/admin-guide/cgroup-v2.rst). They can be made where the group of this process was
// delegated to its user, as `systemd-run --user --scope -p Delegate=yes winnow run …` does it.
// Elsewhere each process of a trial has a bound of its own, RLIMIT_DATA.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

namespace winnow::run {

/// What this process knows of the control groups it is in.
struct ControlGroups {
  std::filesystem::path mount = "/sys/fs/cgroup";
  std::string_view own = {};  // the text of /proc/self/cgroup
};

/// The group in which groups with bounds of memory can be made, once it is prepared; nothing where
/// that is not allowed: no version 2, no controller of memory, not this user's, or somebody else is
/// in it too (the kernel wants the groups in between without processes).
std::optional<std::filesystem::path> memory_group_home(const ControlGroups& groups);
/// The same of this process.
std::optional<std::filesystem::path> memory_group_home();

/// Moves this process into a group of its own in `home`, and lets the other groups there have
/// bounds of memory. Throws SystemError.
void prepare_memory_groups(const std::filesystem::path& home);

/// Makes a group that may have so much memory, and no swap space beyond it; at the bound the kernel
/// ends all of it at once. Its keeper removes it. Throws SystemError.
void make_memory_group(const std::filesystem::path& group, std::int64_t most_bytes);

}  // namespace winnow::run
