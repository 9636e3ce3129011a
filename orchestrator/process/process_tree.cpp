#include "orchestrator/process/process_tree.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>

namespace winnow::run {
namespace {

/// A program that has started more processes than this is looked at no further.
constexpr std::size_t most_processes = 10'000;

/// User and system time, own and of collected children: fields 14 to 17 of /proc/PID/stat
/// (proc(5)). The name before them may hold anything, and ends with the last bracket.
double cpu_time_s(pid_t pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  std::string text;
  std::getline(file, text);
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) return 0;
  std::istringstream fields(text.substr(name_end + 1));
  std::string skipped;
  constexpr int fields_before = 11;  // the third to the thirteenth
  for (int k = 0; k < fields_before; ++k) fields >> skipped;
  double ticks = 0, sum = 0;
  for (int k = 0; k < 4 && fields >> ticks; ++k) sum += ticks;
  return sum / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

/// The line "VmHWM:      123 kB" of /proc/PID/status.
std::int64_t peak_rss_bytes(pid_t pid) {
  std::ifstream file(fmt::format("/proc/{}/status", pid));
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("VmHWM:")) continue;
    std::istringstream words(line.substr(6));
    std::int64_t kib = 0;
    words >> kib;
    return kib * 1024;
  }
  return 0;  // a process that has ended has none
}

}  // namespace

TreeUse use_of_tree(pid_t root) {
  TreeUse use;
  std::vector<pid_t> to_look_at = {root};
  while (!to_look_at.empty() && use.processes.size() < most_processes) {
    const pid_t pid = to_look_at.back();
    to_look_at.pop_back();
    std::ifstream children(fmt::format("/proc/{0}/task/{0}/children", pid));
    if (!children) continue;
    use.processes.push_back(pid);
    use.cpu_s += cpu_time_s(pid);
    use.max_rss_bytes = std::max(use.max_rss_bytes, peak_rss_bytes(pid));
    for (pid_t child = 0; children >> child;) to_look_at.push_back(child);
  }
  return use;
}

}  // namespace winnow::run
