// Logs that do not fill the disk: what lies between the beginning and the end of a long one is
// given back to the disk by punching a hole. Programs that append never notice, the file keeps its
// length and its offsets; readers find zero bytes.
#pragma once

#include <cstdint>
#include <filesystem>

namespace winnow::run {

/// What a log may take on disk before a hole is punched, and what is kept of its beginning and of
/// its end each.
struct LogCap {
  std::int64_t most_bytes = 64 * 1024 * 1024;
  std::int64_t kept_bytes = 8 * 1024 * 1024;
};

/// False where the file system has no holes: the log then stays as it is. No file is nothing to do.
bool cap_log(const std::filesystem::path& log, const LogCap& cap = {});

}  // namespace winnow::run
