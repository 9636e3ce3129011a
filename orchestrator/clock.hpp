// Time as the runner sees it: seconds that only go forward, whatever the wall clock does.
//
// A study's run time is the time in which an orchestrator worked on it, over all sessions. A
// session that was killed counts up to its last commit (every five seconds at the least); the time
// in which trials ran on without an orchestrator does not count. A trial's timeout is another
// matter: it counts from the start of the attempt's process, whoever watched.
#pragma once

#include <chrono>

namespace winnow::run {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual double now_s() const = 0;
};

class SteadyClock final : public Clock {
 public:
  double now_s() const override {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
  }
};

/// How long a study has run: its earlier sessions, and this one, which began with the object.
class RunTime final {
 public:
  /// `clock` outlives it.
  RunTime(const Clock& clock, double earlier_s)
      : clock_(clock), earlier_s_(earlier_s), began_s_(clock.now_s()) {}
  double session_s() const { return clock_.now_s() - began_s_; }
  double study_s() const { return earlier_s_ + session_s(); }

 private:
  const Clock& clock_;
  double earlier_s_;
  double began_s_;
};

}  // namespace winnow::run
