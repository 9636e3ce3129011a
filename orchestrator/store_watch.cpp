#include "orchestrator/store_watch.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>

#include "storage/error.hpp"

namespace winnow::run {
namespace {

// The reliability note's bound; a log that can be emptied stays below 4 MiB.
constexpr std::uintmax_t long_log_bytes = 64 * 1024 * 1024;

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

}  // namespace winnow::run
