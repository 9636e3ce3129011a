#include "orchestrator/process/descriptor_limit.hpp"

#include <algorithm>

namespace winnow::run {
namespace {

// A running trial's: its keeper's pidfd; while one starts its log, reports, folder and gate
// besides.
constexpr rlim_t of_a_trial = 4;
// The orchestrator's own: the store's, the lock, notices of changes, standard ones, and some rest.
constexpr rlim_t of_the_orchestrator = 64;
// Where the hard limit is none, more is of no use, and the kernel's own table of them costs memory.
constexpr rlim_t most = 65'536;

rlimit& original() {
  static rlimit limit = [] {
    rlimit now{};
    ::getrlimit(RLIMIT_NOFILE, &now);
    return now;
  }();
  return limit;
}

}  // namespace

void raise_descriptor_limit() {
  rlimit raised = original();
  raised.rlim_cur = std::max(raised.rlim_cur, std::min(raised.rlim_max, most));
  ::setrlimit(RLIMIT_NOFILE, &raised);  // refused, it stays what it was
}

rlimit original_descriptor_limit() { return original(); }

int trials_within_descriptor_limit() {
  rlimit now{};
  ::getrlimit(RLIMIT_NOFILE, &now);
  const rlim_t left = now.rlim_cur - std::min(now.rlim_cur, of_the_orchestrator);
  return static_cast<int>(std::min<rlim_t>(left, most) / of_a_trial);
}

}  // namespace winnow::run
