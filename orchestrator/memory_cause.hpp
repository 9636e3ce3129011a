// Did a program end for want of memory? Programs say so in their logs, in words that change little
// over the years; of a program that the kernel ended, its own count of such endings says it.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace winnow::run {

enum class MemoryShortage { none, gpu, host };

/// What the end of a log says, and the line that says it, cut to what a message can hold.
struct LoggedShortage {
  MemoryShortage kind = MemoryShortage::none;
  std::string line = {};
};

/// The last line of `text` that speaks of missing memory.
LoggedShortage shortage_in(std::string_view text);

/// The same of the end of a log file; none when there is no such file.
LoggedShortage shortage_in_log(const std::filesystem::path& log);

}  // namespace winnow::run
