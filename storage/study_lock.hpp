// The lock that makes one orchestrator the only writer of a study: flock on a file beside the
// store, held for life. The kernel frees it when its holder dies, however it dies.
//
// The lock belongs to the open file: a child forked without exec shares it until it closes the
// descriptor or ends. Children that outlive us close every descriptor they do not need.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>

#include "storage/owned_fd.hpp"

namespace winnow::store {

/// Who holds a lock, in its own words: the JSON text of the lock file.
struct LockHolder {
  std::int64_t pid = 0;
  std::string host;
  std::string boot_id;
  std::string since;  // UTC
};

/// Another process holds the lock. `holder` is nothing when it has not written its name.
struct LockRefusal {
  std::filesystem::path file;
  std::optional<LockHolder> holder;
  /// "another winnow runs this study: process 4242 on ada since 2026-03-01T10:00:00Z; …"
  std::string text() const;
};

class StudyLock;
using LockAttempt = std::variant<StudyLock, LockRefusal>;

class StudyLock final {
 public:
  /// Takes the lock without waiting for a living holder, making the file if need be; for one that
  /// has no name it waits up to a second. Throws StoreError when the file cannot be made, opened or
  /// written; then it is gone.
  static LockAttempt acquire(const std::filesystem::path& file);

 private:
  explicit StudyLock(OwnedFd fd) : fd_(std::move(fd)) {}
  OwnedFd fd_;
};

/// This machine's boot, which tells a pid of today from one of yesterday. Throws StoreError.
std::string boot_id();
std::string host_name();

}  // namespace winnow::store
