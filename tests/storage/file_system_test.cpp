#include "storage/file_system.hpp"

#include <catch2/catch.hpp>

#include "tests/storage/child.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace winnow::store;
using winnow::tests::store_fault_of;
using winnow::tests::TemporaryFolder;

namespace {

// As statfs(2) lists them.
constexpr unsigned long ext4 = 0xef53, tmpfs = 0x01021994, overlay = 0x794c7630, btrfs = 0x9123683e;
constexpr unsigned long nfs = 0x6969, cifs = 0xff534d42, smb2 = 0xfe534d42, lustre = 0x0bd00bd0;
constexpr unsigned long fuse = 0x65735546;

constexpr std::string_view mount_table =
    "22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw\n"
    "45 22 0:41 / /home/ada/far rw,nosuid shared:7 master:2 - fuse.sshfs ada@far:/ rw\n"
    "46 22 0:4 / /proc rw - proc proc rw\n";

}  // namespace

TEST_CASE("file systems of other machines are known by their numbers") {
  for (const unsigned long magic : {nfs, cifs, smb2, lustre}) {
    CHECK_FALSE(file_system_named(magic, "").suitable);
  }
  for (const unsigned long magic : {ext4, tmpfs, overlay, btrfs}) {
    CHECK(file_system_named(magic, "").suitable);
  }
  CHECK(file_system_named(nfs, "").type == "nfs");
  CHECK(file_system_named(ext4, "").type == "ext4");
  CHECK(file_system_named(0x1234, "").type == "0x1234");
}

TEST_CASE("file systems in user space are told apart by their mounts") {
  CHECK(file_system_named(fuse, "fuse.sshfs").type == "fuse.sshfs");
  CHECK_FALSE(file_system_named(fuse, "fuse.sshfs").suitable);
  CHECK_FALSE(file_system_named(fuse, "").suitable);
  CHECK(file_system_named(fuse, "fuse.fuse-overlayfs").suitable);
}

TEST_CASE("the type of a mount is found by its device") {
  CHECK(mount_type_in(mount_table, 0, 41) == "fuse.sshfs");
  CHECK(mount_type_in(mount_table, 254, 1) == "ext4");
  CHECK(mount_type_in(mount_table, 0, 4) == "proc");
  CHECK(mount_type_in(mount_table, 0, 1) == "");
}

TEST_CASE("a folder of this machine may hold a store, and one that is not there yet") {
  const TemporaryFolder folder;
  CHECK(store_fault_of([&] { refuse_network(folder.path()); }) == "nothing");
  CHECK(store_fault_of([&] { refuse_network(folder / "not/yet"); }) == "nothing");
  CHECK(file_system_of("/proc/no/such/folder").type == file_system_of("/proc").type);
}
