// When a study has had enough: a plain decision over what has been seen so far.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "searchers/problem/study.hpp"

namespace winnow::run {

/// What the limits look at. "Seen" outcomes are those told to the searcher, so that in strict mode
/// the decision before suggestion n rests on trials ≤ n − w only.
struct SeenSoFar {
  std::int64_t suggested = 0;
  std::int64_t ended = 0;
  std::int64_t failed = 0;  // infeasible ones included
  std::int64_t infeasible = 0;
  bool target_reached = false;
  double run_time_s = 0;  // over all sessions
  double gpu_s = 0;       // device-seconds of ended trials
};

struct StudyEnding {
  std::string word;     // as stored: "max_trials", "target", "max_failed" …
  std::string text;     // for people
  bool failed = false;  // the study as a whole
};

/// Why no further trial may start; nothing: go on.
std::optional<StudyEnding> limits_reached(const Limits& limits, const SeenSoFar& seen);

}  // namespace winnow::run
