#include "storage/file_system_kind.hpp"

#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <sstream>
#include <utility>

#include "storage/error.hpp"

namespace winnow::store {
namespace {

// Those that <linux/magic.h> does not name: from the kernel's fs/ and from Lustre's sources.
constexpr std::pair<long, std::string_view> network_magics[] = {
    {NFS_SUPER_MAGIC, "nfs"},      {SMB_SUPER_MAGIC, "smb"},   {CIFS_SUPER_MAGIC, "cifs"},
    {SMB2_SUPER_MAGIC, "smb2"},    {CEPH_SUPER_MAGIC, "ceph"}, {AFS_SUPER_MAGIC, "afs"},
    {CODA_SUPER_MAGIC, "coda"},    {V9FS_MAGIC, "9p"},         {NCP_SUPER_MAGIC, "ncp"},
    {0x0BD00BD0, "lustre"},        {0x47504653, "gpfs"},       {0x19830326, "beegfs"},
    {0x20030528, "orangefs/pvfs2"}};

// File systems in user space share one number. Only those that are known to reach over a network
// are refused: the layers of rootless containers (fuse.fuse-overlayfs) are local.
constexpr std::array<std::string_view, 12> network_mounts = {
    "fuse.sshfs",     "fuse.glusterfs", "fuse.s3fs",      "fuse.gcsfuse",
    "fuse.rclone",    "fuse.ceph",      "fuse.ceph-fuse", "fuse.davfs2",
    "fuse.curlftpfs", "fuse.juicefs",   "fuse.goofys",    "fuse.mount-s3"};

std::string read_mount_table() {
  std::ifstream file("/proc/self/mountinfo");
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

std::optional<std::string> network_file_system(long magic, std::string_view mount_type) {
  for (const auto& [known, name] : network_magics) {
    if (magic == known) return std::string(name);
  }
  if (magic != FUSE_SUPER_MAGIC) return std::nullopt;
  if (std::ranges::count(network_mounts, mount_type) == 0) return std::nullopt;
  return std::string(mount_type);
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

void refuse_network(const std::filesystem::path& folder) {
  struct statfs facts {};
  struct stat place {};
  if (::statfs(folder.c_str(), &facts) != 0 || ::stat(folder.c_str(), &place) != 0) {
    throw system_error(errno, "look at", folder);
  }
  const std::string mount =
      facts.f_type == FUSE_SUPER_MAGIC
          ? mount_type_in(read_mount_table(), ::major(place.st_dev), ::minor(place.st_dev))
          : "";
  const std::optional<std::string> network = network_file_system(facts.f_type, mount);
  if (!network) return;
  throw StoreError(StoreFault::network, "keep a store in", folder,
                   {.text = fmt::format("it is on a network file system ({}), where a power cut or "
                                        "a second machine can destroy it",
                                        *network)});
}

}  // namespace winnow::store
