// What a running study looks like from outside, and who is told when it changes.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "orchestrator/control.hpp"
#include "storage/records.hpp"

namespace winnow::run {

struct RunningTrial {
  int slot = 0;
  int attempt = 1;
  store::AttemptId attempt_id;
  double started_s = 0;  // on the runner's clock
  std::string point;     // for people
  std::int64_t step = 0;
  store::MetricValues latest;
};

struct BestTrial {
  TrialNumber number;
  double value = 0;   // as measured
  std::string point;  // for people
};

struct StudyProgress {
  std::string study;
  Objective objective;  // the first one
  std::optional<std::int64_t> max_trials;
  std::int64_t completed = 0, failed = 0, stopped = 0, cancelled = 0;
  std::optional<BestTrial> best;
  std::map<TrialNumber, RunningTrial> running;
  double run_time_s = 0;  // over all sessions
  double at_s = 0;        // when this was so, on the runner's clock
  double grace_s = 0;     // between TERM and KILL
  Stage stage = Stage::running;

  std::int64_t ended() const { return completed + failed + stopped + cancelled; }
};

class ProgressListener {
 public:
  virtual ~ProgressListener() = default;
  /// One thing happened, in one line.
  virtual void event(const std::string& line, const StudyProgress& progress) = 0;
  /// Numbers changed, nothing worth a line of its own.
  virtual void update(const StudyProgress& progress) = 0;
  /// What the store had left to a later commit is durable now.
  virtual void committed() {}
};

}  // namespace winnow::run
