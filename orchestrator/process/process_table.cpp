#include "orchestrator/process/process_table.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <sstream>

#include "orchestrator/process/durable_file.hpp"
#include "orchestrator/process/system_error.hpp"
#include "searchers/problem/error.hpp"
#include "storage/study_lock.hpp"

namespace winnow::run {
namespace {

/// A file of /proc, or nothing when the process is gone or belongs to someone else.
std::optional<std::string> read_proc(const std::string& path) {
  try {
    return read_file_if_present(path);
  } catch (const SystemError&) {
    return std::nullopt;  // ESRCH, EACCES: the process is gone or not ours
  }
}

/// The token in an environment block of NUL-separated NAME=VALUE, or nothing.
std::optional<std::string> token_in(const std::string& environment) {
  const std::string key("WINNOW_TOKEN=");
  std::size_t at = 0;
  while (at < environment.size()) {
    const std::size_t end = std::min(environment.find('\0', at), environment.size());
    if (environment.compare(at, key.size(), key) == 0) {
      return environment.substr(at + key.size(), end - at - key.size());
    }
    at = end + 1;
  }
  return std::nullopt;
}

/// Read once: it cannot change while we live.
const std::string& this_boot() {
  static const std::string id = store::boot_id();
  return id;
}

}  // namespace

std::optional<std::int64_t> start_time_of(pid_t pid) {
  const std::optional<std::string> stat = read_proc(fmt::format("/proc/{}/stat", pid));
  if (!stat) return std::nullopt;
  // The name, field 2, is in parentheses and may hold anything: read on after the last one.
  const std::size_t name_end = stat->rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream fields(stat->substr(name_end + 1));
  std::string state, skipped;
  fields >> state;
  if (state == "Z" || state == "X") return std::nullopt;
  for (int field = 4; field < 22; ++field) fields >> skipped;
  std::int64_t started = 0;
  if (!(fields >> started)) return std::nullopt;
  return started;
}

store::ProcessIdentity identify(pid_t pid) {
  const std::optional<std::int64_t> started = start_time_of(pid);
  return store::ProcessIdentity{pid, started.value_or(0), this_boot()};
}

bool is_alive(const store::ProcessIdentity& process) {
  return process.boot_id == this_boot() &&
         start_time_of(static_cast<pid_t>(process.pid)) == process.started;
}

double age_s(const store::ProcessIdentity& process) {
  expect(process.boot_id == this_boot(), "a process of another boot has no age");
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  const double started_s =
      static_cast<double>(process.started) / static_cast<double>(::sysconf(_SC_CLK_TCK));
  const double now_s = static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
  return std::max(0.0, now_s - started_s);  // the start is rounded to ticks
}

std::vector<TokenHolder> find_token_holders() {
  std::vector<TokenHolder> holders;
  std::error_code ignored;  // processes come and go while we look
  for (const auto& entry : std::filesystem::directory_iterator("/proc", ignored)) {
    const std::string name = entry.path().filename().string();
    pid_t pid = 0;
    const auto parsed = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (parsed.ec != std::errc() || parsed.ptr != name.data() + name.size()) continue;
    if (!start_time_of(pid)) continue;
    const std::optional<std::string> environment = read_proc(entry.path() / "environ");
    if (!environment) continue;
    if (std::optional<std::string> token = token_in(*environment)) {
      holders.push_back(TokenHolder{pid, *std::move(token)});
    }
  }
  return holders;
}

int kill_token_holders(const std::string& token) {
  int killed = 0;
  // A stray may fork while we look: repeat until a look finds nobody. The bound only keeps a fork
  // bomb from holding us for ever; verify() reports what is left.
  for (int look = 0; look < 50; ++look) {
    bool found = false;
    for (const TokenHolder& holder : find_token_holders()) {
      if (holder.token != token || holder.pid == ::getpid()) continue;
      found = true;
      if (::kill(holder.pid, SIGKILL) == 0) ++killed;
    }
    if (!found) break;
  }
  return killed;
}

}  // namespace winnow::run
