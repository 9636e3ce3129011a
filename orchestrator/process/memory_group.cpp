#include "orchestrator/process/memory_group.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>

#include "orchestrator/process/durable_file.hpp"
#include "orchestrator/process/system_error.hpp"
#include "storage/owned_fd.hpp"

namespace winnow::run {
namespace {

namespace fs = std::filesystem;

bool lists_memory(const fs::path& controllers) {
  std::ifstream words(controllers);
  for (std::string word; words >> word;) {
    if (word == "memory") return true;
  }
  return false;
}

bool has_only_this_process(const fs::path& group) {
  std::ifstream processes(group / "cgroup.procs");
  pid_t pid = 0;
  while (processes >> pid) {
    if (pid != ::getpid()) return false;
  }
  return true;
}

/// "0::/user.slice/…" is the line of version 2.
std::optional<std::string> path_in_version_2(std::string_view own) {
  std::istringstream lines{std::string(own)};
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("0::/")) return line.substr(4);
  }
  return std::nullopt;
}

/// Such files are written with one call or not at all.
void write_setting(const fs::path& file, std::string_view text) {
  const store::OwnedFd fd(::open(file.c_str(), O_WRONLY | O_CLOEXEC));
  const bool is_written =
      fd.is_open() && ::write(fd.value(), text.data(), text.size()) == std::ssize(text);
  if (!is_written) throw_system_error(fmt::format("write {} to {}", text, file.string()));
}

void make_group(const fs::path& group) {
  constexpr mode_t only_ours = 0700;
  if (::mkdir(group.c_str(), only_ours) != 0 && errno != EEXIST) {
    throw_system_error("make the control group " + group.string());
  }
}

}  // namespace

std::optional<fs::path> memory_group_home(const ControlGroups& groups) {
  const std::optional<std::string> own = path_in_version_2(groups.own);
  if (!own) return std::nullopt;
  const fs::path home = (groups.mount / *own).lexically_normal();
  if (!lists_memory(home / "cgroup.controllers")) return std::nullopt;
  for (const char* file : {".", "cgroup.procs", "cgroup.subtree_control"}) {
    if (::access((home / file).c_str(), W_OK) != 0) return std::nullopt;
  }
  // Where it has been allowed before, the kernel has looked at that.
  if (!lists_memory(home / "cgroup.subtree_control") && !has_only_this_process(home)) {
    return std::nullopt;
  }
  return home;
}

std::optional<fs::path> memory_group_home() {
  ControlGroups groups;
  struct statfs facts {};
  if (::statfs(groups.mount.c_str(), &facts) != 0 || facts.f_type != CGROUP2_SUPER_MAGIC) {
    return std::nullopt;
  }
  const std::optional<std::string> own = read_file_if_present("/proc/self/cgroup");
  groups.own = own ? std::string_view(*own) : std::string_view();
  return memory_group_home(groups);
}

void prepare_memory_groups(const fs::path& home) {
  if (lists_memory(home / "cgroup.subtree_control")) return;
  const fs::path ours = home / "winnow-orchestrator";
  make_group(ours);
  write_setting(ours / "cgroup.procs", "0");
  write_setting(home / "cgroup.subtree_control", "+memory");
}

void make_memory_group(const fs::path& group, std::int64_t most_bytes) {
  make_group(group);
  write_setting(group / "memory.max", std::to_string(most_bytes));
  // Kernels before 4.19 do not have the first, those without swap accounting not the second.
  for (const auto& [name, value] : {std::pair{"memory.oom.group", "1"}, {"memory.swap.max", "0"}}) {
    if (fs::exists(group / name)) write_setting(group / name, value);
  }
}

}  // namespace winnow::run
