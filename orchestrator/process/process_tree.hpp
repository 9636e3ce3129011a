// What a process and all that hangs from it use, read from /proc.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <vector>

namespace winnow::run {

struct TreeUse {
  std::vector<pid_t> processes;
  double cpu_s = 0;                // of these and of those that they have collected
  std::int64_t max_rss_bytes = 0;  // of the largest
};

/// Empty when `root` is gone. Processes that come or go meanwhile may be missed.
TreeUse use_of_tree(pid_t root);

}  // namespace winnow::run
