// What the orchestrator tells a running trial: JSON lines appended to WINNOW_CONTROL_FILE.
//
//   {"type":"stop","reason":"worse than median"}     checkpoint and leave with exit code 75
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace winnow::protocol {

struct Stop {
  std::string reason;
};

/// Nothing for lines of another type. Never throws.
std::optional<Stop> parse_control(std::string_view line);
std::string to_line(const Stop& stop);

}  // namespace winnow::protocol
