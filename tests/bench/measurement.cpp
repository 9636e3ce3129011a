#include "tests/bench/measurement.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <poll.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

#include "searchers/problem/error.hpp"
#include "storage/owned_fd.hpp"

namespace winnow::bench {
namespace {

std::int64_t clock_us(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000;
}

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

pid_t spawn(std::vector<std::string> words, const std::filesystem::path& output,
            std::vector<std::string> environment) {
  for (char** entry = environ; *entry != nullptr; ++entry) environment.emplace_back(*entry);
  const std::vector<char*> arguments = pointers(words);
  const std::vector<char*> entries = pointers(environment);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, 1, output.c_str(), O_WRONLY | O_CREAT | O_TRUNC,
                                     0600);
  pid_t pid = 0;
  const int error =
      ::posix_spawn(&pid, arguments.front(), &actions, nullptr, arguments.data(), entries.data());
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::runtime_error("cannot start " + words.front());
  return pid;
}

/// The most memory that the process has had resident so far. (What wait4() tells counts the memory
/// of whoever started it as well: a process begins as a copy of that one.)
std::int64_t peak_rss_bytes(pid_t pid) {
  std::ifstream lines(fmt::format("/proc/{}/status", pid));
  const std::string key = "VmHWM:";
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(key)) return std::stoll(line.substr(key.size())) * 1024;
  }
  return 0;  // it has ended
}

std::int64_t count_descriptors(pid_t pid) {
  std::error_code none;  // it has ended
  const std::filesystem::directory_iterator entries(fmt::format("/proc/{}/fd", pid), none);
  return none ? 0 : std::distance(begin(entries), end(entries));
}

/// Its user and system time: fields 14 and 15 of /proc/PID/stat, counted behind the name.
double own_cpu_s(pid_t pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  std::string text;
  std::getline(file, text);
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) return 0;  // it has ended
  std::istringstream fields(text.substr(name_end + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  double user = 0, system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

/// Waits for the end of the process, and writes down what it takes meanwhile.
void watch(pid_t pid, ProcessRun& run) {
  constexpr int look_every_ms = 10;
  const store::OwnedFd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  pollfd ended{pidfd.value(), POLLIN, 0};
  do {
    run.max_rss_bytes = std::max(run.max_rss_bytes, peak_rss_bytes(pid));
    const double at_s = static_cast<double>(now_us() - run.started_us) * 1e-6;
    if (at_s < static_cast<double>(run.moments.size())) continue;
    run.moments.push_back({at_s, own_cpu_s(pid)});
    run.max_descriptors = std::max(run.max_descriptors, count_descriptors(pid));
  } while (::poll(&ended, 1, look_every_ms) <= 0);
}

}  // namespace

std::int64_t now_us() { return clock_us(CLOCK_MONOTONIC); }
double cpu_s() { return static_cast<double>(clock_us(CLOCK_PROCESS_CPUTIME_ID)) * 1e-6; }

double quantile(std::vector<double> values, double fraction) {
  expect(!values.empty(), "a quantile is one of some values");
  const auto last = static_cast<double>(values.size() - 1);
  const auto place = values.begin() + static_cast<std::ptrdiff_t>(last * fraction + 0.5);
  std::ranges::nth_element(values, place);
  return *place;
}

double median(std::vector<double> values) { return quantile(std::move(values), 0.5); }

std::vector<double> gaps_ms(const std::vector<std::int64_t>& times_us) {
  std::vector<double> gaps;
  for (std::size_t k = 1; k < times_us.size(); ++k) {
    gaps.push_back(static_cast<double>(times_us[k] - times_us[k - 1]) / 1000);
  }
  return gaps;
}

ProcessRun run_process(const std::vector<std::string>& words, const std::filesystem::path& output,
                       const std::vector<std::string>& environment) {
  ProcessRun run;
  run.started_us = now_us();
  const pid_t pid = spawn(words, output, environment);
  watch(pid, run);
  int status = 0;
  rusage usage{};
  while (::wait4(pid, &status, 0, &usage) < 0 && errno == EINTR) continue;
  run.elapsed_s = static_cast<double>(now_us() - run.started_us) * 1e-6;
  run.cpu_s = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    throw std::runtime_error(fmt::format("wait status {} of: {}", status, fmt::join(words, " ")));
  }
  return run;
}

double sync_ms(const std::filesystem::path& folder) {
  constexpr int pages = 200;
  const std::filesystem::path file = folder / "sync.probe";
  const store::OwnedFd fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  const std::string page(4096, 'x');
  std::vector<double> times_ms;
  for (int k = 0; k < pages; ++k) {
    const std::int64_t began_us = now_us();
    if (::write(fd.value(), page.data(), page.size()) < 0 || ::fdatasync(fd.value()) != 0) {
      throw std::runtime_error("cannot write in " + folder.string());
    }
    times_ms.push_back(static_cast<double>(now_us() - began_us) / 1000);
  }
  return median(times_ms);
}

double create_ms(const std::filesystem::path& folder) {
  constexpr int files = 200;
  std::vector<double> times_ms;
  for (int k = 0; k < files; ++k) {
    const std::filesystem::path file = folder / fmt::format("create-{}.probe", k);
    const std::int64_t began_us = now_us();
    const store::OwnedFd fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!fd.is_open()) throw std::runtime_error("cannot make " + file.string());
    times_ms.push_back(static_cast<double>(now_us() - began_us) / 1000);
  }
  return median(times_ms);
}

}  // namespace winnow::bench
