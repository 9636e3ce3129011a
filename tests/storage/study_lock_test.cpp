#include "storage/study_lock.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "storage/error.hpp"
#include "tests/storage/child.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace winnow;
using namespace winnow::store;
using winnow::tests::TemporaryFolder;

namespace {

bool is_ours(const std::variant<StudyLock, LockRefusal>& answer) {
  return std::holds_alternative<StudyLock>(answer);
}

/// A pipe whose reading end sees the end when all writers have gone.
struct Pipe {
  Pipe() { REQUIRE(::pipe(ends.data()) == 0); }
  ~Pipe() { close_both(); }
  void close_writer() { close_one(ends[1]); }
  void close_both() {
    close_one(ends[0]);
    close_one(ends[1]);
  }
  char wait() {
    char byte = 0;
    return ::read(ends[0], &byte, 1) == 1 ? byte : '\0';
  }
  void send(char byte) { static_cast<void>(::write(ends[1], &byte, 1)); }
  std::array<int, 2> ends = {-1, -1};

 private:
  static void close_one(int& fd) {
    if (fd >= 0) ::close(fd);
    fd = -1;
  }
};

/// A child that takes the lock, says 'h' (held) or 'r' (refused), and stays until it is killed.
pid_t start_contender(const std::filesystem::path& file, Pipe& start, Pipe& report) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child > 0) return child;
  start.close_writer();
  start.wait();  // returns at once for all when the parent closes its end
  const auto answer = StudyLock::acquire(file);
  report.send(is_ours(answer) ? 'h' : 'r');
  if (!is_ours(answer)) ::_exit(0);
  while (true) ::pause();
}

}  // namespace

TEST_CASE("the second is refused and told who holds the lock") {
  const TemporaryFolder folder;
  const auto first = StudyLock::acquire(folder / "study.lock");
  REQUIRE(is_ours(first));
  const auto second = StudyLock::acquire(folder / "study.lock");
  REQUIRE_FALSE(is_ours(second));
  const auto& refusal = std::get<LockRefusal>(second);
  REQUIRE(refusal.holder.has_value());
  CHECK(refusal.holder->pid == ::getpid());
  CHECK(refusal.holder->host == host_name());
  CHECK(refusal.holder->boot_id == boot_id());
  CHECK(refusal.holder->since.size() == std::string("2026-03-01T10:00:00Z").size());
  CHECK_THAT(refusal.text(), Catch::StartsWith("another winnow runs this study: process " +
                                               std::to_string(::getpid()) + " on " + host_name()));
}

TEST_CASE("the lock goes with its owner, and only with its last one") {
  const TemporaryFolder folder;
  {
    auto lock = StudyLock::acquire(folder / "study.lock");
    StudyLock moved = std::move(std::get<StudyLock>(lock));
    CHECK_FALSE(is_ours(StudyLock::acquire(folder / "study.lock")));
  }
  CHECK(is_ours(StudyLock::acquire(folder / "study.lock")));
}

TEST_CASE(
    "of twenty that start at once exactly one wins, and when it is killed the next one does") {
  const TemporaryFolder folder;
  const auto file = folder / "study.lock";
  for (int round = 0; round < 200; ++round) {
    Pipe start, report;
    std::vector<pid_t> children;
    for (int i = 0; i < 20; ++i) children.push_back(start_contender(file, start, report));
    start.close_both();
    report.close_writer();
    int held = 0, refused = 0;
    for (int i = 0; i < 20; ++i) {
      const char answer = report.wait();
      held += answer == 'h' ? 1 : 0;
      refused += answer == 'r' ? 1 : 0;
    }
    CHECK(held == 1);
    CHECK(refused == 19);
    CHECK_FALSE(is_ours(StudyLock::acquire(file)));
    for (const pid_t child : children) {
      ::kill(child, SIGKILL);
      ::waitpid(child, nullptr, 0);
    }
    CHECK(is_ours(StudyLock::acquire(file)));
  }
}

TEST_CASE("a dead holder is not named") {
  const TemporaryFolder folder;
  const auto file = folder / "study.lock";
  const auto lock = StudyLock::acquire(file);
  auto text = nlohmann::json::parse(tests::read_text(file));
  text["pid"] = (1 << 22) + 1;  // above the kernel's largest pid
  tests::write_text(file, text.dump());
  const auto refusal = std::get<LockRefusal>(StudyLock::acquire(file));
  CHECK_FALSE(refusal.holder.has_value());
  CHECK_THAT(refusal.text(), Catch::Contains("only just started"));
  tests::write_text(file, "");
  CHECK_FALSE(std::get<LockRefusal>(StudyLock::acquire(file)).holder.has_value());
}

TEST_CASE("a program that our child executes does not hold the lock") {
  const TemporaryFolder folder;
  const auto file = folder / "study.lock";
  Pipe alive, end;
  pid_t child = 0;
  {
    const auto lock = StudyLock::acquire(file);
    REQUIRE(is_ours(lock));
    child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      ::dup2(alive.ends[1], 1);
      ::dup2(end.ends[0], 0);
      end.close_both();
      alive.close_both();
      ::execlp("sh", "sh", "-c", "echo up; read line", nullptr);
      ::_exit(127);
    }
    alive.close_writer();
    REQUIRE(alive.wait() == 'u');
  }
  CHECK(is_ours(StudyLock::acquire(file)));
  end.close_both();
  ::waitpid(child, nullptr, 0);
}

TEST_CASE("a lock file that was replaced under its holder is locked anew") {
  const TemporaryFolder folder;
  const auto file = folder / "study.lock";
  const auto lock = StudyLock::acquire(file);
  std::filesystem::remove(file);
  CHECK(is_ours(StudyLock::acquire(file)));
}

TEST_CASE("a lock that cannot be made says why") {
  const TemporaryFolder folder;
  CHECK_THAT(tests::store_fault_of([&] { StudyLock::acquire(folder / "none" / "study.lock"); }),
             Catch::StartsWith("missing: cannot lock "));
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0555));
  CHECK_THAT(tests::in_child([&] {
               tests::become_ordinary_user();
               return tests::store_fault_of([&] { StudyLock::acquire(folder / "study.lock"); });
             }),
             Catch::StartsWith("read-only: cannot lock "));
  std::filesystem::permissions(folder.path(), std::filesystem::perms::owner_all);
}
