#include "orchestrator/disk_reserve.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "tests/support/temporary_folder.hpp"

using winnow::run::DiskReserve;
using winnow::tests::TemporaryFolder;

TEST_CASE("a reserve takes its space, also where an earlier one is left, and gives it back") {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder / "reserve";
  winnow::tests::write_text(file, "of a session that was killed");
  {
    DiskReserve reserve(file);
    CHECK(reserve.problem().empty());
    struct stat facts {};
    REQUIRE(::stat(file.c_str(), &facts) == 0);
    CHECK(facts.st_size == 64 << 20);
    CHECK(facts.st_blocks * 512L >= facts.st_size);  // not a hole
    reserve.release();
    CHECK_FALSE(std::filesystem::exists(file));
  }
  { const DiskReserve reserve(file); }
  CHECK_FALSE(std::filesystem::exists(file));
}

TEST_CASE("where there is no space for a reserve it says so, and leaves nothing") {
  const TemporaryFolder folder;
  const DiskReserve reserve(folder / "none" / "reserve");
  CHECK(reserve.problem() ==
        "no reserve of 64 MiB in " + (folder / "none").string() + ": No such file or directory");
}
