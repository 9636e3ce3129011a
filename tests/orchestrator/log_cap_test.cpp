#include "orchestrator/log_cap.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "tests/support/temporary_folder.hpp"

using winnow::run::cap_log;
using winnow::run::LogCap;
using winnow::tests::read_text;
using winnow::tests::TemporaryFolder;

namespace {

constexpr LogCap small = {.most_bytes = 256 * 1024, .kept_bytes = 64 * 1024};

std::int64_t disk_bytes(const std::filesystem::path& file) {
  struct stat facts {};
  REQUIRE(::stat(file.c_str(), &facts) == 0);
  return facts.st_blocks * 512L;
}

}  // namespace

TEST_CASE("a long log keeps its beginning, its end and its length") {
  const TemporaryFolder folder;
  const std::filesystem::path log = folder / "log.txt";
  winnow::tests::write_text(log, "first\n" + std::string(1 << 20, 'x') + "last\n");
  const std::string before = read_text(log);
  CHECK(cap_log(log, small));
  const std::string after = read_text(log);
  CHECK(after.size() == before.size());
  CHECK(after.substr(0, 60'000) == before.substr(0, 60'000));
  CHECK(after.substr(after.size() - 60'000) == before.substr(before.size() - 60'000));
  CHECK(disk_bytes(log) <= small.most_bytes);
  // Who appends goes on at the end, and a second hole is larger.
  std::ofstream(log, std::ios::app) << std::string(1 << 20, 'y') << "and more\n";
  CHECK(cap_log(log, small));
  CHECK(read_text(log).ends_with("yyand more\n"));
  CHECK(disk_bytes(log) <= small.most_bytes);
}

TEST_CASE("a short log, and one that is not there, are left alone") {
  const TemporaryFolder folder;
  winnow::tests::write_text(folder / "log.txt", std::string(100'000, 'x'));
  CHECK(cap_log(folder / "log.txt", small));
  CHECK(read_text(folder / "log.txt") == std::string(100'000, 'x'));
  CHECK(cap_log(folder / "none", small));
  CHECK_FALSE(std::filesystem::exists(folder / "none"));
}
