#include "orchestrator/store_watch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "storage/error.hpp"

namespace winnow::run {
namespace {

// The reliability note's bound; a log that can be emptied stays below 4 MiB.
constexpr std::uintmax_t long_log_bytes = 64 * 1024 * 1024;

// The reliability note's row 9: checkpoints of the trials that run may need as much.
constexpr std::uintmax_t low_space_bytes = std::uintmax_t{2} * 1024 * 1024 * 1024;
constexpr std::uintmax_t low_space_share = 20;  // one in so many

}  // namespace

void require_in_place(const store::Store& store, const StudyFolder& folder) {
  if (store.is_in_place()) return;
  const std::filesystem::path saved = folder.database().string() + ".saved";
  store.back_up(saved);
  throw store::StoreError(
      store::StoreFault::moved, "go on with", folder.database(),
      {.text =
           fmt::format("it was moved, removed or replaced while the study ran; all that it held "
                       "is in {}",
                       saved.string())});
}

std::optional<std::string> long_log(const StudyFolder& folder) {
  std::error_code none;  // no log: no bytes
  const std::filesystem::path log = folder.database().string() + "-wal";
  const std::uintmax_t bytes = std::filesystem::file_size(log, none);
  if (none || bytes <= long_log_bytes) return std::nullopt;
  return fmt::format(
      "{} has {} MiB and cannot be emptied while some other program reads the store: "
      "end that one",
      log.string(), bytes / (1024 * 1024));
}

bool is_low_space(std::uintmax_t available, std::uintmax_t capacity) {
  return available < std::min(low_space_bytes, capacity / low_space_share);
}

std::optional<std::string> low_space(const StudyFolder& folder) {
  std::error_code none;  // what cannot be asked is not known to be low
  const std::filesystem::space_info space =
      std::filesystem::space(folder.database().parent_path(), none);
  if (none || !is_low_space(space.available, space.capacity)) return std::nullopt;
  return fmt::format("the disk of {} has {} MiB left; when it is full the study pauses",
                     folder.database().parent_path().string(), space.available / (1024 * 1024));
}

}  // namespace winnow::run
