#include "storage/file_system_kind.hpp"

#include <catch2/catch.hpp>

#include "tests/storage/child.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace winnow::store;
using winnow::tests::store_fault_of;
using winnow::tests::TemporaryFolder;

namespace {

// As statfs(2) lists them.
constexpr long ext4 = 0xEF53, tmpfs = 0x01021994, overlay = 0x794C7630, btrfs = 0x9123683E;
constexpr long nfs = 0x6969, cifs = 0xFF534D42, smb2 = 0xFE534D42, fuse = 0x65735546;

constexpr std::string_view mount_table =
    "22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw\n"
    "45 22 0:41 / /home/ada/far rw,nosuid shared:7 master:2 - fuse.sshfs ada@far:/ rw\n"
    "46 22 0:4 / /proc rw - proc proc rw\n";

}  // namespace

TEST_CASE("file systems of other machines are known by their numbers") {
  CHECK(network_file_system(nfs, "nfs4") == "nfs");
  CHECK(network_file_system(cifs, "cifs") == "cifs");
  CHECK(network_file_system(smb2, "cifs") == "smb2");
  CHECK(network_file_system(0x0BD00BD0, "lustre") == "lustre");
  for (const long local : {ext4, tmpfs, overlay, btrfs}) {
    CHECK_FALSE(network_file_system(local, "fuse.sshfs"));
  }
}

TEST_CASE("file systems in user space are told apart by their mounts") {
  CHECK(network_file_system(fuse, "fuse.sshfs") == "fuse.sshfs");
  CHECK_FALSE(network_file_system(fuse, "fuse.fuse-overlayfs"));
  CHECK_FALSE(network_file_system(fuse, ""));
}

TEST_CASE("the type of a mount is found by its device") {
  CHECK(mount_type_in(mount_table, 0, 41) == "fuse.sshfs");
  CHECK(mount_type_in(mount_table, 254, 1) == "ext4");
  CHECK(mount_type_in(mount_table, 0, 4) == "proc");
  CHECK(mount_type_in(mount_table, 0, 1) == "");
}

TEST_CASE("a folder of this machine may hold a store, one that is not there is named") {
  const TemporaryFolder folder;
  CHECK(store_fault_of([&] { refuse_network(folder.path()); }) == "nothing");
  CHECK(store_fault_of([&] { refuse_network(folder / "none"); }).starts_with("missing: "));
}
