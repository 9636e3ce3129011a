#include "orchestrator/process/process_limit.hpp"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace winnow::run {
namespace {

namespace fs = std::filesystem;

/// A trial is its keeper and its program; what that starts is its own affair.
constexpr std::uint64_t processes_per_trial = 2;
/// Left for everything else of this user: a shell, `winnow status`.
constexpr std::uint64_t reserved = 16;

std::uint64_t subtract(std::uint64_t most, std::uint64_t used) {
  return most > used ? most - used : 0;
}

/// Processes and their threads, which count as well, of this user.
std::uint64_t tasks_of_this_user() {
  std::uint64_t tasks = 0;
  std::error_code gone;
  for (const fs::directory_entry& entry : fs::directory_iterator("/proc", gone)) {
    const std::string name = entry.path().filename();
    struct stat status = {};
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    if (::stat(entry.path().c_str(), &status) != 0 || status.st_uid != ::getuid()) continue;
    const fs::directory_iterator threads(entry.path() / "task", gone);
    if (!gone) tasks += static_cast<std::uint64_t>(std::distance(begin(threads), end(threads)));
  }
  return tasks;
}

/// The control groups that hold this process, of version 2 and of version 1's `pids`.
std::vector<fs::path> control_groups() {
  std::vector<fs::path> groups;
  std::ifstream lines("/proc/self/cgroup");
  for (std::string line; std::getline(lines, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const std::string path = line.substr(second + 1);
    if (controllers.empty()) groups.push_back("/sys/fs/cgroup" + path);
    if (controllers == "pids") groups.push_back("/sys/fs/cgroup/pids" + path);
  }
  return groups;
}

}  // namespace

int trials_within(std::uint64_t left) {
  const std::uint64_t trials = subtract(left, reserved) / processes_per_trial;
  return static_cast<int>(std::min<std::uint64_t>(trials, INT_MAX));
}

std::optional<std::uint64_t> processes_left(const fs::path& control_group) {
  std::uint64_t most = 0;
  std::uint64_t used = 0;
  // Without a limit the file says "max", which is no number.
  if (!(std::ifstream(control_group / "pids.max") >> most)) return std::nullopt;
  if (!(std::ifstream(control_group / "pids.current") >> used)) return std::nullopt;
  return subtract(most, used);
}

int trials_within_process_limit() {
  int trials = INT_MAX;
  for (const fs::path& group : control_groups()) {
    if (const auto left = processes_left(group)) trials = std::min(trials, trials_within(*left));
  }
  rlimit limit = {};
  const bool is_bound =
      ::geteuid() != 0 && ::getrlimit(RLIMIT_NPROC, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
  if (!is_bound) return trials;
  return std::min(trials, trials_within(subtract(limit.rlim_cur, tasks_of_this_user())));
}

}  // namespace winnow::run
