#include "orchestrator/file_system.hpp"

#include <fmt/format.h>
#include <sys/vfs.h>

#include <algorithm>
#include <array>

#include "orchestrator/process/system_error.hpp"

namespace winnow::run {
namespace {

struct Known {
  unsigned long magic;
  const char* type;
  bool suitable;
};

// Numbers from statfs(2) and linux/magic.h.
constexpr std::array<Known, 18> known_types{{
    {0xef53, "ext4", true},
    {0x58465342, "xfs", true},
    {0x9123683e, "btrfs", true},
    {0x2fc12fc1, "zfs", true},
    {0xf2f52010, "f2fs", true},
    {0x01021994, "tmpfs", true},
    {0x794c7630, "overlay", true},
    {0x858458f6, "ramfs", true},
    {0x6969, "nfs", false},
    {0xff534d42, "cifs", false},
    {0xfe534d42, "smb2", false},
    {0x517b, "smb", false},
    {0x65735546, "fuse", false},
    {0x01021997, "9p", false},
    {0x5346414f, "afs", false},
    {0x0bd00bd0, "lustre", false},
    {0x47504653, "gpfs", false},
    {0x00c36400, "ceph", false},
}};

}  // namespace

FileSystem file_system_named(unsigned long magic) {
  const auto known = std::ranges::find(known_types, magic, &Known::magic);
  if (known == known_types.end()) return {fmt::format("0x{:x}", magic), true, {}};
  return {known->type, known->suitable, {}};
}

FileSystem file_system_of(const std::filesystem::path& path) {
  std::filesystem::path existing = std::filesystem::absolute(path).lexically_normal();
  std::error_code ignored;
  while (!std::filesystem::exists(existing, ignored) && existing.has_relative_path()) {
    existing = existing.parent_path();
  }
  struct statfs facts {};
  if (::statfs(existing.c_str(), &facts) != 0) {
    throw_system_error("ask for the file system of " + existing.string());
  }
  FileSystem file_system = file_system_named(static_cast<unsigned long>(facts.f_type));
  file_system.asked = existing;
  return file_system;
}

}  // namespace winnow::run
