// What a study and a trial may use. Durations in seconds; absent means unlimited.
#pragma once

#include <cstdint>
#include <optional>

namespace winnow {

struct Limits {
  /// Search trials only: replicates of the selection stage do not count.
  std::optional<std::int64_t> max_trials = {};
  int max_concurrent = 1;
  /// Accumulated run time of the study over all its sessions.
  std::optional<double> max_duration_s = {};
  std::optional<double> trial_timeout_s = {};
  std::optional<double> max_gpu_hours = {};
  /// The study ends as failed when more trials than this have failed (infeasible ones not counted).
  std::optional<std::int64_t> max_failed = {};
  /// The first so many trials all failed: it is the set-up, stop.
  std::int64_t max_initial_failures = 3;
  bool operator==(const Limits&) const = default;
};

/// What one trial may use: training steps, or nothing for the trial's own full length.
struct Budget {
  std::optional<std::int64_t> max_steps = {};
  bool operator==(const Budget&) const = default;
};

}  // namespace winnow
