// What the end of a trial's log says about how it ended.
#pragma once

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>

namespace winnow::run {

/// A line of a log in a message is cut to this.
inline constexpr std::size_t longest_quoted_line = 300;

/// A traceback of many frames and what threads say after it; more is another story. Empty when
/// there is no such file.
std::string log_tail(const std::filesystem::path& log);

/// Calls `look(line)` for every line of `text`.
template <class Look>
void for_each_line(std::string_view text, Look look) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    look(text.substr(at, end - at));
    at = end + 1;
  }
}

}  // namespace winnow::run
