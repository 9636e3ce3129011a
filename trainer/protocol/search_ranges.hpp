// What of the settings is usually searched, and within which range: suggestions for a study's
// `parameters:`, never limits.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace winnow::protocol {

struct SearchRange {
  std::string setting;
  std::string range;        // as a study file has it: {min: 1e-5, max: 1e-3, scale: log}
  std::string source;       // where the range comes from
  std::string adaptations;  // with which alone the setting matters, blanks between; empty: any
};

/// In the order in which they are worth searching.
const std::vector<SearchRange>& search_ranges();

/// Null: the setting is rarely searched. Lives as long as the program.
const SearchRange* find_search_range(std::string_view setting);

}  // namespace winnow::protocol
