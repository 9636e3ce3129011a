// Regular expressions that come from study files: linear in time (RE2), bounded in size.
#pragma once

#include <re2/re2.h>

#include <cstddef>

namespace winnow::run {

inline constexpr std::size_t longest_pattern = 1'000;

/// Quiet, and with a bound on the memory of one automaton; RE2 falls back on slower ones where it
/// does not suffice.
inline RE2::Options pattern_options() {
  constexpr std::int64_t pattern_bytes = 1 << 20;
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(pattern_bytes);
  return options;
}

}  // namespace winnow::run
