#include "orchestrator/export/new_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <regex>

#include "orchestrator/process/system_error.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::run {
namespace {

[[noreturn]] void is_taken(const std::filesystem::path& target) {
  throw ConfigError(target.string(), "exists already; name a folder that does not");
}

void sync(const std::filesystem::path& path) {
  const store::OwnedFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.is_open() || ::fsync(fd.value()) != 0) throw_system_error("sync " + path.string());
}

void sync_all(const std::filesystem::path& folder) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file() || entry.is_directory()) sync(entry.path());
  }
  sync(folder);
}

/// Held for as long as somebody fills a folder; its holder's death frees it.
store::OwnedFd lock_folder(const std::filesystem::path& folder) {
  store::OwnedFd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (fd.is_open() && ::flock(fd.value(), LOCK_EX | LOCK_NB) == 0) return fd;
  return store::OwnedFd();
}

bool is_still(const store::OwnedFd& fd, const std::filesystem::path& folder) {
  struct stat ours = {}, theirs = {};
  return ::fstat(fd.value(), &ours) == 0 && ::stat(folder.c_str(), &theirs) == 0 &&
         ours.st_dev == theirs.st_dev && ours.st_ino == theirs.st_ino;
}

/// What exports that were killed have left in a folder: those that nobody holds any more.
void remove_unfinished(const std::filesystem::path& parent) {
  const std::regex unfinished(std::string(R"(\.winnow-export-[A-Za-z0-9]{6})"));
  std::error_code ignored;  // what cannot be looked at or removed stays
  for (std::filesystem::directory_iterator entry(parent, ignored), end; entry != end;
       entry.increment(ignored)) {
    if (!std::regex_match(entry->path().filename().string(), unfinished)) continue;
    const store::OwnedFd lock = lock_folder(entry->path());
    if (lock.is_open()) std::filesystem::remove_all(entry->path(), ignored);
  }
}

}  // namespace

void write_for_others(const std::filesystem::path& file, std::string_view text) {
  errno = 0;
  std::ofstream stream(file, std::ios::binary);
  stream << text;
  stream.close();
  if (!stream) throw_system_error("write " + file.string());
}

NewFolder::NewFolder(std::filesystem::path target)
    : target_(std::filesystem::absolute(target).lexically_normal()) {
  if (!target_.has_filename()) target_ = target_.parent_path();  // "DIR/"
  std::error_code error;
  if (std::filesystem::symlink_status(target_, error).type() !=
      std::filesystem::file_type::not_found) {
    is_taken(target_);
  }
  remove_unfinished(target_.parent_path());
  do {  // again when another export has taken the new folder for one that was left
    std::string name = (target_.parent_path() / ".winnow-export-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
      throw_system_error("make a folder in " + target_.parent_path().string());
    }
    work_ = name;
    lock_ = lock_folder(work_);
  } while (lock_.is_open() ? !is_still(lock_, work_) : !std::filesystem::exists(work_));
}

NewFolder::~NewFolder() {
  std::error_code ignored;  // a destructor must not throw; the name says what was left
  std::filesystem::remove_all(work_, ignored);
}

void NewFolder::publish() {
  sync_all(draft());
  if (::renameat2(AT_FDCWD, draft().c_str(), AT_FDCWD, target_.c_str(), RENAME_NOREPLACE) != 0) {
    if (errno == EEXIST) is_taken(target_);
    throw_system_error("rename the export to " + target_.string());
  }
  sync(target_.parent_path());
}

}  // namespace winnow::run
