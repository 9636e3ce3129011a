// A folder that appears under its name complete or not at all: it is filled under another name
// beside it, and renamed last. A name that is taken is never replaced.
#pragma once

#include <filesystem>
#include <string_view>

#include "storage/owned_fd.hpp"

namespace winnow::run {

/// Writes a file that others are meant to read: the umask decides about them. Throws SystemError.
void write_for_others(const std::filesystem::path& file, std::string_view text);

class NewFolder final {
 public:
  /// Throws ConfigError when `target` exists, SystemError when its parent cannot be written.
  /// Removes what exports to the same parent have left that were killed.
  explicit NewFolder(std::filesystem::path target);
  NewFolder(const NewFolder&) = delete;
  NewFolder& operator=(const NewFolder&) = delete;
  /// Removes what was not published.
  ~NewFolder();

  /// Where to write: a path that is not there yet, on the same file system as the target.
  std::filesystem::path draft() const { return work_ / "draft"; }
  /// Room for other files; they go with this object.
  const std::filesystem::path& work() const { return work_; }
  /// Syncs all files of the draft and gives it its name. Throws ConfigError when the name was taken
  /// in the meantime, SystemError.
  void publish();

 private:
  std::filesystem::path target_;
  std::filesystem::path work_;
  store::OwnedFd lock_;  // on work_; closed on file systems that have none
};

}  // namespace winnow::run
