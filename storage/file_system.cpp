#include "storage/file_system.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <sstream>

#include "storage/error.hpp"

namespace winnow::store {
namespace {

struct Known {
  unsigned long magic;
  const char* type;
  bool suitable;
};

// Numbers from statfs(2) and linux/magic.h; of those that neither names, from their own sources.
constexpr std::array<Known, 20> known_types{{
    {0xef53, "ext4", true},        {0x58465342, "xfs", true},     {0x9123683e, "btrfs", true},
    {0x2fc12fc1, "zfs", true},     {0xf2f52010, "f2fs", true},    {0x01021994, "tmpfs", true},
    {0x794c7630, "overlay", true}, {0x858458f6, "ramfs", true},   {0x6969, "nfs", false},
    {0xff534d42, "cifs", false},   {0xfe534d42, "smb2", false},   {0x517b, "smb", false},
    {0x01021997, "9p", false},     {0x5346414f, "afs", false},    {0x73757245, "coda", false},
    {0x564c, "ncp", false},        {0x0bd00bd0, "lustre", false}, {0x47504653, "gpfs", false},
    {0x00c36400, "ceph", false},   {0x19830326, "beegfs", false},
}};

// File systems in user space share one number. Those that are known to be local are the layers of
// rootless containers and the disks of other systems; of any other nobody knows where its files
// lie.
constexpr unsigned long in_user_space = 0x65735546;
constexpr std::array<std::string_view, 5> local_mounts = {"fuse.fuse-overlayfs", "fuse.lxcfs",
                                                          "fuse.ntfs-3g", "fuseblk", "fuse.bindfs"};

std::string read_mount_table() {
  std::ifstream file("/proc/self/mountinfo");
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

FileSystem file_system_named(unsigned long magic, std::string_view mount_type) {
  if (magic == in_user_space) {
    const std::string type = mount_type.empty() ? "fuse" : std::string(mount_type);
    return {type, std::ranges::count(local_mounts, mount_type) > 0, {}};
  }
  const auto known = std::ranges::find(known_types, magic, &Known::magic);
  if (known == known_types.end()) return {fmt::format("0x{:x}", magic), true, {}};
  return {known->type, known->suitable, {}};
}

// A line is "ID PARENT MAJOR:MINOR ROOT PLACE OPTIONS [FIELD…] - TYPE SOURCE OPTIONS" (proc(5)).
std::string mount_type_in(std::string_view mount_table, unsigned major, unsigned minor) {
  const std::string device = fmt::format("{}:{}", major, minor);
  std::istringstream lines{std::string(mount_table)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string id, parent, found, word, type;
    words >> id >> parent >> found;
    if (found != device) continue;
    while (words >> word && word != "-") continue;
    words >> type;
    return type;
  }
  return "";
}

FileSystem file_system_of(const std::filesystem::path& path) {
  std::filesystem::path existing = std::filesystem::absolute(path).lexically_normal();
  std::error_code ignored;
  while (!std::filesystem::exists(existing, ignored) && existing.has_relative_path()) {
    existing = existing.parent_path();
  }
  struct statfs facts {};
  struct stat place {};
  if (::statfs(existing.c_str(), &facts) != 0 || ::stat(existing.c_str(), &place) != 0) {
    throw system_error(errno, "ask for the file system of", existing);
  }
  const auto magic = static_cast<unsigned long>(facts.f_type);
  const std::string mount =
      magic == in_user_space
          ? mount_type_in(read_mount_table(), ::major(place.st_dev), ::minor(place.st_dev))
          : "";
  FileSystem file_system = file_system_named(magic, mount);
  file_system.asked = existing;
  return file_system;
}

void refuse_network(const std::filesystem::path& folder) {
  const FileSystem file_system = file_system_of(folder);
  if (file_system.suitable) return;
  throw StoreError(StoreFault::network, "keep a store in", folder,
                   {.text = fmt::format("it is on a file system of another machine ({}), where a "
                                        "power cut or a second machine can destroy it",
                                        file_system.type)});
}

}  // namespace winnow::store
