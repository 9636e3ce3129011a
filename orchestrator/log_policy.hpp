// What a study says about lines in its trials' logs: that such a line means too little memory, a
// broken device, a point that cannot be run, or that another attempt is of no use. The idea is that
// of Determined's log_policies (expconf v0, log-policies.json).
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::run {

/// What an attempt that did not finish is taken for.
enum class LogAction {
  result_oom,      // too little device memory: infeasible, or with half the batch once more
  exclude_gpu,     // a broken device: its slot is closed, the trial goes on in another one
  cancel_retries,  // a crash that would come again: no further attempt
  infeasible,      // a point that cannot be run
};
/// As the study file has them, in the order of LogAction.
inline constexpr std::array<std::string_view, 4> log_action_words = {
    "result_oom", "exclude_gpu", "cancel_retries", "infeasible"};

struct LogPolicy {
  std::string pattern;  // RE2, looked for anywhere in a line
  LogAction action = LogAction::cancel_retries;
  bool operator==(const LogPolicy&) const = default;
};

/// What a policy found, and the line, cut to what a message can hold.
struct LogMatch {
  LogAction action = LogAction::cancel_retries;
  std::string line;
};

/// Why it is no pattern, in words; nothing when it is one.
std::optional<std::string> log_pattern_fault(const std::string& pattern);

/// The first policy of the list that has a line in `text`, and the last of its lines. Needs:
/// patterns without fault.
std::optional<LogMatch> match_log(const std::vector<LogPolicy>& policies, std::string_view text);

}  // namespace winnow::run
