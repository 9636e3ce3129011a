#include "orchestrator/process/keeper.hpp"

#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstring>

namespace winnow::run {
namespace {

// Where the keeper moves its descriptors, so that everything above can be closed at once.
constexpr int gate_at = 4;
constexpr int folder_at = 5;
constexpr int first_foreign = 6;
// As if it used half of the machine's memory more than it does (proc(5): 1000 is all of it).
constexpr char oom_score[] = "500";
constexpr const char* report_name = "reports.jsonl";  // in the folder, as AttemptFiles names it

/// Text in a fixed buffer, without memory allocation. Sized for the exit record, which is its only
/// use.
class FixedText {
 public:
  FixedText& operator<<(const char* text) {
    for (; *text != '\0' && size_ < sizeof buffer_; ++text) buffer_[size_++] = *text;
    return *this;
  }
  FixedText& operator<<(std::int64_t number) {
    const auto done = std::to_chars(buffer_ + size_, buffer_ + sizeof buffer_, number);
    if (done.ec == std::errc()) size_ = static_cast<std::size_t>(done.ptr - buffer_);
    return *this;
  }
  const char* data() const { return buffer_; }
  std::size_t size() const { return size_; }

 private:
  char buffer_[512];
  std::size_t size_ = 0;
};

std::int64_t monotonic_us() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000;
}

/// Descriptors 0-5 are /dev/null, log, log, reports, gate, folder; all others are closed. They are
/// first copied out of the way: a source may have one of the target numbers.
void settle_descriptors(const KeeperPlan& plan) {
  constexpr int out_of_the_way = 32;
  const int null = ::open("/dev/null", O_RDONLY);
  const int sources[] = {null, plan.log, plan.log, plan.reports, plan.gate, plan.folder};
  int copies[6];
  for (int i = 0; i < 6; ++i) copies[i] = ::fcntl(sources[i], F_DUPFD, out_of_the_way);
  for (int i = 0; i < 6; ++i) ::dup2(copies[i], i);
  ::syscall(SYS_close_range, first_foreign, ~0U, 0);
  ::fcntl(gate_at, F_SETFD, FD_CLOEXEC);
  ::fcntl(folder_at, F_SETFD, FD_CLOEXEC);
}

bool gate_opened() {
  char go = 0;
  ssize_t got = 0;
  do {
    got = ::read(gate_at, &go, 1);
  } while (got < 0 && errno == EINTR);
  return got == 1;
}

/// Every process that the program starts will be in the group as well.
bool join(const char* members) {
  const int file = ::open(members, O_WRONLY | O_CLOEXEC);
  const bool is_in = file >= 0 && ::write(file, "0", 1) == 1;  // whoever writes
  const int error = errno;
  if (file >= 0) ::close(file);
  errno = error;
  return is_in;
}

/// The forked child: becomes the program, or reports the errno of why not through `failure`.
[[noreturn]] void become_program(const KeeperPlan& plan, pid_t keeper, int failure) {
  ::setpgid(0, 0);
  // When memory runs out the program shall go, not its keeper or the orchestrator.
  const int badness = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (badness >= 0) {
    [[maybe_unused]] const ssize_t said = ::write(badness, oom_score, sizeof oom_score - 1);
    ::close(badness);
  }
  // If the keeper is killed the program goes with it; the check closes the race before the call.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != keeper) ::_exit(127);
  for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::setrlimit(RLIMIT_NOFILE, &plan.descriptors);
  const bool is_limited = (plan.group_members == nullptr || join(plan.group_members)) &&
                          (!plan.limits_data || ::setrlimit(RLIMIT_DATA, &plan.data) == 0) &&
                          (!plan.limits_processors ||
                           ::sched_setaffinity(0, sizeof plan.processors, &plan.processors) == 0);
  if (is_limited && ::chdir(plan.work_folder) == 0) {
    ::execve(plan.program, plan.arguments, plan.environment);
  }
  const int error = errno;
  [[maybe_unused]] const ssize_t written = ::write(failure, &error, sizeof error);
  ::_exit(127);
}

/// The child borrows our memory until it executes the program: copying the orchestrator's page
/// tables a second time would take longer than all else here.
pid_t start_program(const KeeperPlan& plan, pid_t keeper, int failure) {
  const pid_t program = ::vfork();
  if (program == 0) become_program(plan, keeper, failure);
  return program;
}

/// How often the kernel has ended a process for want of memory; -1 where it does not say (before
/// Linux 4.13). `counters`: /proc/vmstat for any process of the machine since it started,
/// memory.events for those of a control group.
std::int64_t oom_kills(const char* counters = "/proc/vmstat") {
  constexpr char key[] = "\noom_kill ";
  char text[16 * 1024];  // the longer of the two has some 200 lines of some 30 bytes
  const int file = ::open(counters, O_RDONLY | O_CLOEXEC);
  std::size_t size = 0;
  ssize_t got = 0;
  while (file >= 0 && size < sizeof text - 1 &&
         (got = ::read(file, text + size, sizeof text - 1 - size)) > 0) {
    size += static_cast<std::size_t>(got);
  }
  if (file >= 0) ::close(file);
  text[size] = '\0';
  const char* at = ::strstr(text, key);
  std::int64_t count = -1;
  if (at != nullptr) std::from_chars(at + sizeof key - 1, text + size, count);
  return count;
}

struct Ended {
  int status = 0;
  rusage usage{};
  std::int64_t oom_kills = 0;    // of any process, while the program ran
  std::int64_t bound_kills = 0;  // of the program's own, at the bound of its control group
  int start_error = 0;           // errno when the program could not be started
  bool told_to_terminate = false;
};

/// Kills the children of the keeper that the kernel lists, some hundred at a time; how many.
int kill_children() {
  char list[4096];
  ssize_t size = 0;
  const int children = ::open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
  if (children >= 0) {
    size = ::read(children, list, sizeof list);
    ::close(children);
  }
  // Every pid is followed by a blank: what comes after the last one may be half a pid.
  while (size > 0 && list[size - 1] != ' ') --size;
  int killed = 0;
  for (const char* at = list; at < list + size; ++killed) {
    pid_t child = 0;
    const auto parsed = std::from_chars(at, list + size, child);
    if (parsed.ec != std::errc()) break;
    ::kill(child, SIGKILL);
    at = parsed.ptr + 1;
  }
  return killed;
}

/// Ends every process that the program left behind: its group, and what now hangs from the keeper
/// as the subreaper. Needs no cgroup.
void sweep(pid_t group) {
  ::kill(-group, SIGKILL);
  // As many as were killed are collected before the next look: nobody is killed twice, and whoever
  // a killed one leaves behind is seen then.
  while (int left = kill_children()) {
    for (; left > 0; --left) {
      if (::waitpid(-1, nullptr, 0) < 0) return;  // ECHILD
    }
  }
  // Without the list (a kernel built without it) only what has ended can be collected.
  while (::waitpid(-1, nullptr, WNOHANG) > 0) continue;
}

enum class Reaped { others, program, nobody_left };

/// Collects ended children up to and with the program.
Reaped reap(pid_t program, Ended& ended) {
  while (true) {
    int status = 0;
    rusage usage{};
    const pid_t reaped = ::wait4(-1, &status, WNOHANG, &usage);
    if (reaped < 0) return Reaped::nobody_left;
    if (reaped == 0) return Reaped::others;
    if (reaped == program) {
      ended.status = status;
      ended.usage = usage;
      return Reaped::program;
    }
  }
}

/// A TERM that came in the program's last moments was not for a program that went on.
bool is_terminate_pending() {
  sigset_t pending;
  ::sigpending(&pending);
  return ::sigismember(&pending, keeper_signals().terminate) == 1;
}

/// False when the program was collected by somebody else: how it ended will never be known.
bool wait_for(pid_t program, Ended& ended) {
  const KeeperSignals signals = keeper_signals();
  sigset_t awaited;
  ::sigemptyset(&awaited);
  ::sigaddset(&awaited, SIGCHLD);
  ::sigaddset(&awaited, signals.terminate);
  ::sigaddset(&awaited, signals.kill);
  Reaped reaped = Reaped::others;
  while ((reaped = reap(program, ended)) == Reaped::others) {
    siginfo_t info{};
    const int signal = ::sigwaitinfo(&awaited, &info);
    if (signal == signals.terminate) {
      ended.told_to_terminate = true;
      ::kill(-program, SIGTERM);
    }
    if (signal == signals.kill) ::kill(-program, SIGKILL);
  }
  return reaped == Reaped::program;
}

std::int64_t microseconds(const timeval& time) {
  return std::int64_t{time.tv_sec} * 1'000'000 + time.tv_usec;
}

/// The reports that the record makes count; none when the program moved or replaced their file.
std::int64_t report_bytes() {
  struct stat ours {
  }, named{};
  const bool is_there = ::fstat(report_descriptor, &ours) == 0 &&
                        ::fstatat(folder_at, report_name, &named, AT_SYMLINK_NOFOLLOW) == 0;
  const bool is_ours = is_there && ours.st_ino == named.st_ino && ours.st_dev == named.st_dev;
  return is_ours ? ours.st_size : 0;
}

/// {"code":0,"signal":null,…}: written aside and renamed. Whoever sees the name sees the whole
/// record as long as the machine lives. A power cut may leave the name on an empty file, or the
/// reports shorter than the record says; either counts as no record.
///
/// A living orchestrator commits the end within moments, and what a power cut takes before that is
/// as if the power had been cut before the end. Without one the record is all that will be known,
/// perhaps for days: then it is synced, and the folder after it, which in this order is one commit
/// of a file system's journal instead of three.
void write_record(const Ended& ended, std::int64_t elapsed_us, bool is_orphaned) {
  FixedText text;
  text << "{\"version\":1,\"code\":";
  if (WIFEXITED(ended.status)) {
    text << std::int64_t{WEXITSTATUS(ended.status)} << ",\"signal\":null";
  } else {
    text << "null,\"signal\":" << std::int64_t{WTERMSIG(ended.status)};
  }
  text << ",\"start_error\":" << std::int64_t{ended.start_error};
  text << ",\"told_to_terminate\":" << (ended.told_to_terminate ? "true" : "false");
  text << ",\"oom_kills\":" << ended.oom_kills;
  text << ",\"bound_kills\":" << ended.bound_kills;
  text << ",\"elapsed_us\":" << elapsed_us;
  text << ",\"cpu_us\":" << microseconds(ended.usage.ru_utime) + microseconds(ended.usage.ru_stime);
  text << ",\"max_rss_bytes\":" << std::int64_t{ended.usage.ru_maxrss} * 1024;
  text << ",\"report_bytes\":" << report_bytes() << "}\n";
  const int file = ::openat(folder_at, "exit.json.partial", O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (file < 0) return;  // without a record the attempt counts as lost: the safe reading
  if (::write(file, text.data(), text.size()) != static_cast<ssize_t>(text.size())) return;
  if (::renameat(folder_at, "exit.json.partial", folder_at, "exit.json") != 0) return;
  if (!is_orphaned) return;
  ::fsync(file);
  ::fsync(folder_at);
}

}  // namespace

KeeperSignals keeper_signals() { return KeeperSignals{SIGTERM, SIGUSR2}; }

void keep(const KeeperPlan& plan) {
  ::setsid();  // out of reach of the terminal's ^C
  // Ignored, as some parents leave it to us, it would keep us from learning how the program ended.
  ::signal(SIGCHLD, SIG_DFL);
  settle_descriptors(plan);
  ::prctl(PR_SET_NAME, "winnow-keeper");
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  if (!gate_opened()) ::_exit(0);

  const std::int64_t started_us = monotonic_us();
  const std::int64_t kills_before = oom_kills();
  const pid_t keeper = ::getpid();
  Ended ended;
  int failure[2];
  pid_t program = -1;
  if (::pipe2(failure, O_CLOEXEC) == 0) program = start_program(plan, keeper, failure[1]);
  if (program < 0) {
    ended.start_error = errno;
    ended.status = 127 << 8;  // as a shell says it
  } else {
    ::setpgid(program, program);  // both sides do it: whoever comes first
    ::close(failure[1]);
    if (::read(failure[0], &ended.start_error, sizeof ended.start_error) <= 0)
      ended.start_error = 0;
    if (!wait_for(program, ended)) ::_exit(1);
    ended.oom_kills = oom_kills() - kills_before;
    if (plan.group_events != nullptr) ended.bound_kills = oom_kills(plan.group_events);
    sweep(program);
  }
  if (plan.group != nullptr) ::rmdir(plan.group);
  ended.told_to_terminate = ended.told_to_terminate || is_terminate_pending();
  write_record(ended, monotonic_us() - started_us, ::getppid() != plan.orchestrator);
  ::_exit(0);
}

}  // namespace winnow::run
