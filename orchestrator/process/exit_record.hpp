// How a process ended, as its keeper wrote it down (exit.json in the attempt's folder).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace winnow::run {

struct ExitRecord {
  std::optional<int> code;  // exactly one of code and signal
  std::optional<int> signal;
  int start_error = 0;             // errno when the program could not be started
  bool told_to_terminate = false;  // the keeper got a TERM, whoever sent it, and passed it on
  std::int64_t oom_kills = 0;      // by the kernel, of any process of the machine meanwhile
  std::int64_t bound_kills = 0;    // and of its own, at the bound of its control group
  double elapsed_s = 0;
  double cpu_s = 0;
  std::int64_t max_rss_bytes = 0;
};

/// Nothing when there is none: the keeper was killed or the machine went down. A record that cannot
/// be read is treated as none, and so is one whose reports are not all there: the machine went down
/// before both were on disk.
std::optional<ExitRecord> read_exit_record(const std::filesystem::path& attempt_folder);

}  // namespace winnow::run
