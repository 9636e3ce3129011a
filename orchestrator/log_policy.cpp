#include "orchestrator/log_policy.hpp"

#include <fmt/format.h>

#include "orchestrator/log_words.hpp"
#include "orchestrator/user_pattern.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::run {

std::optional<std::string> log_pattern_fault(const std::string& pattern) {
  if (pattern.size() > longest_pattern) {
    return fmt::format("a pattern has at most {} characters", longest_pattern);
  }
  const RE2 compiled(pattern, pattern_options());
  if (!compiled.ok()) return fmt::format("\"{}\" is no pattern: {}", pattern, compiled.error());
  // It would take every attempt for what it says.
  if (RE2::PartialMatch("", compiled)) {
    return fmt::format("\"{}\" is found in every line, also in an empty one", pattern);
  }
  return std::nullopt;
}

std::optional<LogMatch> match_log(const std::vector<LogPolicy>& policies, std::string_view text) {
  for (const LogPolicy& policy : policies) {
    const RE2 pattern(policy.pattern, pattern_options());
    expect(pattern.ok(), "patterns are checked when they are read");
    std::optional<LogMatch> found;
    for_each_line(text, [&](std::string_view line) {
      const re2::StringPiece piece(line.data(), line.size());
      if (!RE2::PartialMatch(piece, pattern)) return;
      found = LogMatch{policy.action, std::string(line.substr(0, longest_quoted_line))};
    });
    if (found) return found;
  }
  return std::nullopt;
}

}  // namespace winnow::run
