#include "orchestrator/export/new_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdio.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "orchestrator/process/system_error.hpp"
#include "searchers/problem/error.hpp"
#include "storage/owned_fd.hpp"

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
  std::string name = (target_.parent_path() / ".winnow-export-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    throw_system_error("make a folder in " + target_.parent_path().string());
  }
  work_ = name;
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
