#include "orchestrator/config/read_limits.hpp"

#include <fmt/format.h>

namespace winnow::run {
namespace {

std::optional<double> positive_duration(MappingReader& reader, std::string_view key,
                                        Diagnostics& diagnostics) {
  const Node* node = reader.take(key);
  if (node == nullptr) return std::nullopt;
  const std::string what = fmt::format("limits.{}", key);
  const auto seconds = read_duration_s(*node, what, diagnostics);
  if (seconds && *seconds <= 0) {
    diagnostics.error(node->at, "range", what + " needs a duration above 0");
  }
  return seconds;
}

}  // namespace

Limits read_limits(MappingReader& study, Diagnostics& diagnostics) {
  const Node* alias = study.take("run_cap");
  const Node* node = study.take("limits");
  Limits limits;
  if (alias != nullptr) limits.max_trials = read_integer(*alias, "run_cap", diagnostics, 1);
  if (node == nullptr) return limits;
  MappingReader reader(*node, "limits", diagnostics);
  if (const Node* trials = reader.take("max_trials")) {
    limits.max_trials = read_integer(*trials, "limits.max_trials", diagnostics, 1);
    if (alias != nullptr) {
      diagnostics.error(study.at("run_cap"), "duplicate-key",
                        "run_cap and limits.max_trials are the same; keep one");
    }
  }
  if (const Node* slots = reader.take("max_concurrent")) {
    const auto count =
        read_integer(*slots, "limits.max_concurrent", diagnostics, 1, most_concurrent);
    limits.max_concurrent = static_cast<int>(count.value_or(1));
  }
  limits.max_duration_s = positive_duration(reader, "max_duration", diagnostics);
  limits.trial_timeout_s = positive_duration(reader, "trial_timeout", diagnostics);
  if (const Node* hours = reader.take("max_gpu_hours")) {
    limits.max_gpu_hours = read_real(*hours, "limits.max_gpu_hours", diagnostics);
    if (limits.max_gpu_hours && *limits.max_gpu_hours <= 0) {
      diagnostics.error(hours->at, "range", "limits.max_gpu_hours needs a number above 0");
    }
  }
  if (const Node* failed = reader.take("max_failed")) {
    limits.max_failed = read_integer(*failed, "limits.max_failed", diagnostics, 0);
  }
  if (const Node* failed = reader.take("max_initial_failures")) {
    const auto count = read_integer(*failed, "limits.max_initial_failures", diagnostics, 1);
    limits.max_initial_failures = count.value_or(1);
  }
  reader.finish();
  return limits;
}

}  // namespace winnow::run
