#include <catch2/catch.hpp>

#include "orchestrator/export/checksums.hpp"
#include "orchestrator/export/new_folder.hpp"
#include "orchestrator/process/system_error.hpp"
#include "searchers/problem/error.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace winnow::run;
using winnow::ConfigError;
using winnow::tests::read_text;
using winnow::tests::TemporaryFolder;
using winnow::tests::write_text;

namespace {

std::size_t entries_of(const std::filesystem::path& folder) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

}  // namespace

TEST_CASE("sums are those of sha256sum, sorted by name") {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder / "sub");
  write_text(folder / "b.txt", "abc");
  write_text(folder / "sub/a.txt", "");
  write_checksums(folder.path());
  // FIPS 180-4, examples "abc" and the empty message; the form is that of coreutils 9.1, sha256sum.
  CHECK(read_text(folder / "SHA256SUMS") ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  b.txt\n"
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  sub/a.txt\n");
  CHECK_NOTHROW(verify_checksums(folder.path()));
}

TEST_CASE("any change after the sums were written is noticed") {
  const TemporaryFolder folder;
  write_text(folder / "a", std::string(1'000'000, 'x'));
  write_text(folder / "b", "b");
  write_checksums(folder.path());
  write_text(folder / "c", "new");
  CHECK_THROWS_AS(verify_checksums(folder.path()), SystemError);
  std::filesystem::remove(folder / "c");
  CHECK_NOTHROW(verify_checksums(folder.path()));
  write_text(folder / "a", std::string(999'999, 'x') + "y");
  CHECK_THROWS_AS(verify_checksums(folder.path()), SystemError);
  std::filesystem::remove(folder / "a");
  CHECK_THROWS_AS(verify_checksums(folder.path()), SystemError);
}

TEST_CASE("what a killed export left goes with the next one, and what another writes stays") {
  const TemporaryFolder parent;
  std::filesystem::create_directories(parent / ".winnow-export-a1B2c3/draft");
  write_text(parent / ".winnow-export-a1B2c3/draft/weights", "half");
  std::filesystem::create_directories(parent / ".winnow-export-of-mine");
  const NewFolder first(parent / "first");
  std::filesystem::create_directories(first.draft());
  const NewFolder second(parent / "second");
  CHECK_FALSE(std::filesystem::exists(parent / ".winnow-export-a1B2c3"));
  CHECK(std::filesystem::exists(parent / ".winnow-export-of-mine"));
  CHECK(std::filesystem::exists(first.draft()));
}

TEST_CASE("a new folder appears complete, and leaves nothing else behind") {
  const TemporaryFolder parent;
  {
    NewFolder folder(parent / "target");
    std::filesystem::create_directories(folder.draft());
    write_text(folder.draft() / "file", "x");
    CHECK_FALSE(std::filesystem::exists(parent / "target"));
    folder.publish();
  }
  CHECK(read_text(parent / "target/file") == "x");
  CHECK(entries_of(parent.path()) == 1);
}

TEST_CASE("a folder that is not finished leaves no trace") {
  const TemporaryFolder parent;
  {
    NewFolder folder(parent / "target/");
    std::filesystem::create_directories(folder.draft());
    write_text(folder.draft() / "file", "x");
  }
  CHECK(entries_of(parent.path()) == 0);
}

TEST_CASE("a name that is taken is refused before anything is written, and again at the end") {
  const TemporaryFolder parent;
  std::filesystem::create_directory(parent / "taken");
  CHECK_THROWS_AS(NewFolder(parent / "taken"), ConfigError);
  std::filesystem::create_symlink("nowhere", parent / "link");
  CHECK_THROWS_AS(NewFolder(parent / "link"), ConfigError);
  NewFolder folder(parent / "late");
  std::filesystem::create_directories(folder.draft());
  std::filesystem::create_directory(parent / "late");
  CHECK_THROWS_AS(folder.publish(), ConfigError);
  CHECK_THROWS_AS(NewFolder(parent / "no/such/parent"), SystemError);
}
