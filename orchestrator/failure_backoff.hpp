// A study whose attempts all end badly in the same way is slowed down: what is broken is looked at
// by people, and starting programs meanwhile only fills disks and logs.
#pragma once

#include <chrono>
#include <string>

#include "orchestrator/attempt.hpp"

namespace winnow::run {

class FailureBackoff {
 public:
  /// An attempt has ended so. How long its slot is to rest: nothing at first, then twice as long
  /// with every further end in the same words, whichever trial's it is.
  std::chrono::seconds note(const store::AttemptEndRow& end);

 private:
  std::string last_;
  int in_a_row_ = 0;
};

}  // namespace winnow::run
