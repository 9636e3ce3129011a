#include "orchestrator/study_holder.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>

#include "orchestrator/process/durable_file.hpp"

namespace winnow::run {
namespace {

std::optional<store::LockHolder> named_holder(const StudyFolder& folder) {
  const std::optional<std::string> text = read_file_if_present(folder.lock());
  if (!text) return std::nullopt;
  const auto json = nlohmann::json::parse(*text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("pid") || !json["pid"].is_number_integer()) return {};
  store::LockHolder holder;
  holder.pid = json["pid"].get<std::int64_t>();
  for (const auto& [name, member] : {std::pair("host", &store::LockHolder::host),
                                     std::pair("boot_id", &store::LockHolder::boot_id),
                                     std::pair("since", &store::LockHolder::since)}) {
    if (!json.contains(name) || !json[name].is_string()) return {};
    holder.*member = json[name].get<std::string>();
  }
  return holder;
}

// Does the process have this very file open? A pid alone may belong to someone else by now.
bool has_open(std::int64_t pid, const std::filesystem::path& file) {
  struct stat wanted {};
  if (::stat(file.c_str(), &wanted) != 0) return false;
  std::error_code error;  // a process that ended meanwhile has nothing open
  const std::filesystem::path descriptors = fmt::format("/proc/{}/fd", pid);
  for (std::filesystem::directory_iterator entry(descriptors, error), end; !error && entry != end;
       entry.increment(error)) {
    struct stat found {};
    if (::stat(entry->path().c_str(), &found) == 0 && found.st_ino == wanted.st_ino &&
        found.st_dev == wanted.st_dev) {
      return true;
    }
  }
  // Someone else's process: we cannot look, and believe the lock file.
  return error == std::errc::permission_denied;
}

}  // namespace

std::optional<store::LockHolder> living_orchestrator(const StudyFolder& folder) {
  std::optional<store::LockHolder> holder = named_holder(folder);
  const bool alive = holder && holder->host == store::host_name() &&
                     holder->boot_id == store::boot_id() && has_open(holder->pid, folder.lock());
  return alive ? holder : std::nullopt;
}

}  // namespace winnow::run
