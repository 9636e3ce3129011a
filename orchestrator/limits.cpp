#include "orchestrator/limits.hpp"

#include <fmt/format.h>

namespace winnow::run {

std::optional<StudyEnding> limits_reached(const Limits& limits, const SeenSoFar& seen) {
  const std::int64_t counted_failures = seen.failed - seen.infeasible;
  if (seen.ended > 0 && counted_failures == seen.ended &&
      seen.ended >= limits.max_initial_failures) {
    return StudyEnding{
        "max_initial_failures",
        fmt::format("the first {} trials all failed: it is the set-up; read their logs "
                    "(winnow trials), then start a new study",
                    seen.ended),
        true};
  }
  if (limits.max_failed && counted_failures > *limits.max_failed) {
    return StudyEnding{"max_failed",
                       fmt::format("{} trials failed, more than max_failed {}", counted_failures,
                                   *limits.max_failed),
                       true};
  }
  if (seen.target_reached) return StudyEnding{"target", "the target value was reached", false};
  if (limits.max_trials && seen.suggested >= *limits.max_trials) {
    return StudyEnding{"max_trials", fmt::format("all {} trials were started", *limits.max_trials),
                       false};
  }
  if (limits.max_duration_s && seen.run_time_s >= *limits.max_duration_s) {
    return StudyEnding{"max_duration", "the time for the study (max_duration) is over", false};
  }
  if (limits.max_gpu_hours && seen.gpu_s >= *limits.max_gpu_hours * 3600) {
    return StudyEnding{"max_gpu_hours", "the GPU-hours (max_gpu_hours) are used up", false};
  }
  return std::nullopt;
}

}  // namespace winnow::run
