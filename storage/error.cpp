#include "storage/error.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace winnow::store {
namespace {

std::string codes(const StoreError::Cause& cause) {
  std::string text;
  if (cause.sqlite != 0) text = fmt::format("SQLite {}/{}", cause.sqlite, cause.sqlite_extended);
  if (cause.system != 0) {
    text += fmt::format("{}errno {}", text.empty() ? "" : ", ", cause.system);
  }
  return text.empty() ? text : " (" + text + ")";
}

std::string_view next_step(StoreFault fault) {
  switch (fault) {
    case StoreFault::damaged:
      return "`winnow db check` says what is wrong; put a backup in its place (study.db.backup-*), "
             "or "
             "save what can be read with `winnow db recover`";
    case StoreFault::not_a_store:
      return "name the folder of a study that `winnow run` has made";
    case StoreFault::newer_version:
      return "use that version of winnow or a later one";
    case StoreFault::older_version:
      return "`winnow db upgrade` brings it up to date";
    case StoreFault::read_only:
      return "make file and folder writable for this user, or use a place that is: copy the study "
             "folder, or name another with --root";
    case StoreFault::full:
      return "free space there, then try again (`winnow resume` goes on with a study that had "
             "begun)";
    case StoreFault::busy:
      return "end the other program that has the file open, then try again";
    case StoreFault::moved:
      return "put the file back, or the saved one in its place (as study.db), then `winnow resume`";
    case StoreFault::network:
      return "name a folder on a disk of this machine with --root; checkpoints and data may lie "
             "elsewhere";
    case StoreFault::missing:
      return "check the name; `winnow run` makes a new study";
    case StoreFault::exists:
      return "choose another study name, or `winnow resume` the one that is there";
    case StoreFault::other:
      return "check the permissions and the health of the disk, then `winnow resume`";
  }
  return "";
}

StoreFault fault_of(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return StoreFault::full;
    case EROFS:
    case EACCES:
    case EPERM:
      return StoreFault::read_only;
    case ENOENT:
    case ENOTDIR:
      return StoreFault::missing;
    case EEXIST:
      return StoreFault::exists;
    default:
      return StoreFault::other;
  }
}

}  // namespace

std::string_view to_text(StoreFault fault) {
  switch (fault) {
    case StoreFault::damaged:
      return "damaged";
    case StoreFault::not_a_store:
      return "not a store";
    case StoreFault::older_version:
      return "older version";
    case StoreFault::newer_version:
      return "newer version";
    case StoreFault::read_only:
      return "read-only";
    case StoreFault::full:
      return "full";
    case StoreFault::busy:
      return "busy";
    case StoreFault::moved:
      return "moved";
    case StoreFault::network:
      return "network";
    case StoreFault::missing:
      return "missing";
    case StoreFault::exists:
      return "exists";
    case StoreFault::other:
      return "other";
  }
  return "";
}

StoreError::StoreError(StoreFault kind, std::string_view doing, const std::filesystem::path& file,
                       Cause cause)
    : std::runtime_error(fmt::format("cannot {} {}: {}{}; {}", doing, file.string(), cause.text,
                                     codes(cause), next_step(kind))),
      kind_(kind),
      cause_(std::move(cause)) {}

StoreError system_error(int error, std::string_view doing, const std::filesystem::path& file) {
  StoreError::Cause cause;
  cause.system = error;
  cause.text = std::generic_category().message(error);
  return {fault_of(error), doing, file, std::move(cause)};
}

}  // namespace winnow::store
