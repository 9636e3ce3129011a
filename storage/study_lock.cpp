#include "storage/study_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <ctime>
#include <nlohmann/json.hpp>
#include <string_view>
#include <thread>

#include "storage/error.hpp"

namespace winnow::store {
namespace {

namespace fs = std::filesystem;

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts = {};
  ::gmtime_r(&now, &parts);
  std::array<char, sizeof "2026-03-01T10:00:00Z"> text = {};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text.data();
}

// Also of files whose size is not known ahead, as in /proc; a lock file's text is far shorter.
std::string read_start(int fd, const fs::path& file) {
  std::array<char, 4096> bytes = {};
  const ssize_t count = ::pread(fd, bytes.data(), bytes.size(), 0);
  if (count < 0) throw system_error(errno, "read", file);
  return {bytes.data(), static_cast<std::size_t>(count)};
}

void write_holder(int fd, const fs::path& file) {
  const nlohmann::ordered_json holder = {
      {"pid", ::getpid()}, {"host", host_name()}, {"since", utc_now()}, {"boot_id", boot_id()}};
  const std::string text = holder.dump() + "\n";
  if (::ftruncate(fd, 0) != 0 ||
      ::pwrite(fd, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
    throw system_error(errno, "write", file);
  }
}

// The last holder's name stands in the file after its death, until the next one has written its
// own.
bool is_dead(const LockHolder& holder) {
  return holder.boot_id == boot_id() && ::kill(static_cast<pid_t>(holder.pid), 0) != 0 &&
         errno == ESRCH;
}

std::optional<LockHolder> read_holder(int fd, const fs::path& file) {
  const auto json = nlohmann::json::parse(read_start(fd, file), nullptr, false);
  if (!json.is_object() || !json.contains("pid") || !json["pid"].is_number_integer()) return {};
  LockHolder holder;
  holder.pid = json["pid"].get<std::int64_t>();
  for (const auto& [name, member] :
       {std::pair("host", &LockHolder::host), std::pair("since", &LockHolder::since),
        std::pair("boot_id", &LockHolder::boot_id)}) {
    if (!json.contains(name) || !json[name].is_string()) return {};
    holder.*member = json[name].get<std::string>();
  }
  return is_dead(holder) ? std::nullopt : std::optional(holder);
}

// A lock without a living name: its holder is about to write it, or is dead and has left a process
// that it had only just forked and that has not closed its copy yet. Both are over in milliseconds,
// on a busy machine in a fraction of a second.
constexpr auto nameless_patience = std::chrono::seconds(1);
constexpr auto nameless_interval = std::chrono::milliseconds(5);

// Somebody may have removed or replaced the file between our open and our lock: then we hold
// nothing.
bool is_still(int fd, const fs::path& file) {
  struct stat ours = {}, theirs = {};
  return ::fstat(fd, &ours) == 0 && ::stat(file.c_str(), &theirs) == 0 &&
         ours.st_ino == theirs.st_ino && ours.st_dev == theirs.st_dev;
}

}  // namespace

std::string LockRefusal::text() const {
  const std::string who =
      holder ? fmt::format("process {} on {} since {}", holder->pid, holder->host, holder->since)
             : "a process that has only just started";
  return fmt::format(
      "another winnow runs this study: {}; stop that one, or watch it with `winnow status` ({})",
      who, file.string());
}

LockAttempt StudyLock::acquire(const fs::path& file) {
  const auto given_up_at = std::chrono::steady_clock::now() + nameless_patience;
  while (true) {
    OwnedFd fd(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR));
    if (!fd.is_open()) throw system_error(errno, "lock", file);
    if (::flock(fd.value(), LOCK_EX | LOCK_NB) != 0) {
      if (errno == EINTR) continue;
      if (errno != EWOULDBLOCK) throw system_error(errno, "lock", file);
      LockRefusal refusal{file, read_holder(fd.value(), file)};
      if (refusal.holder || std::chrono::steady_clock::now() >= given_up_at) return refusal;
      std::this_thread::sleep_for(nameless_interval);
      continue;
    }
    if (!is_still(fd.value(), file)) continue;
    try {
      write_holder(fd.value(), file);
    } catch (const StoreError&) {
      // A full disk takes the file, but not the name: while it is ours, nobody else relies on it.
      ::unlink(file.c_str());
      throw;
    }
    return StudyLock(std::move(fd));
  }
}

std::string boot_id() {
  const fs::path file = "/proc/sys/kernel/random/boot_id";
  const OwnedFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.is_open()) throw system_error(errno, "read", file);
  const std::string text = read_start(fd.value(), file);
  return text.substr(0, text.find('\n'));
}

std::string host_name() {
  std::array<char, 256> name = {};  // POSIX: at most 255 bytes
  if (::gethostname(name.data(), name.size() - 1) != 0)
    throw system_error(errno, "name", "this host");
  return name.data();
}

}  // namespace winnow::store
