// Did a program end because something was too little? Programs say so in their logs, in words that
// change little over the years; of a program that the kernel ended for want of memory, its own
// count of such endings says it.
#pragma once

#include <string>
#include <string_view>

namespace winnow::run {

enum class Shortage { none, device_memory, host_memory, disk };

/// What the end of a log says, and the line that says it, cut to what a message can hold.
struct LoggedShortage {
  Shortage kind = Shortage::none;
  std::string line = {};
};

/// The last line of `text`, the end of a log, that speaks of missing memory or disk space.
LoggedShortage shortage_in(std::string_view text);

}  // namespace winnow::run
