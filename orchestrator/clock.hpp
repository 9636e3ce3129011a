// Time as the runner sees it: seconds that only go forward, whatever the wall clock does.
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

}  // namespace winnow::run
