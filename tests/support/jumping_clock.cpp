// A wall clock that jumps with every look at it, by hours, days and years, forwards and backwards.
// Loaded into a program before its libraries (LD_PRELOAD); clocks that only count on are left
// alone.
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <atomic>

namespace {

constexpr long jumps_s[] = {0, 3600, -86'400, 31'536'000, -1, 7200, -31'536'000, 86'400};

timespec jumped() {
  static std::atomic<unsigned> looks = 0;
  timespec now = {};
  ::syscall(SYS_clock_gettime, CLOCK_REALTIME, &now);
  now.tv_sec += jumps_s[looks++ % (sizeof jumps_s / sizeof *jumps_s)];
  return now;
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t clock, timespec* time) noexcept {
  if (clock != CLOCK_REALTIME) return static_cast<int>(::syscall(SYS_clock_gettime, clock, time));
  *time = jumped();
  return 0;
}
int gettimeofday(timeval* __restrict time, void* __restrict) noexcept {
  const timespec now = jumped();
  *time = {now.tv_sec, now.tv_nsec / 1000};
  return 0;
}
time_t time(time_t* seconds) noexcept {
  const time_t now = jumped().tv_sec;
  if (seconds != nullptr) *seconds = now;
  return now;
}

}  // extern "C"
