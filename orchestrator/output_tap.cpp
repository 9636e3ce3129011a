#include "orchestrator/output_tap.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>

#include "orchestrator/process/system_error.hpp"
#include "storage/owned_fd.hpp"
#include "trainer/protocol/report.hpp"

namespace winnow::run {
namespace {

void write_all(int fd, std::string_view bytes, const char* what) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(fd, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_system_error(what);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

/// Lines of a stream; one that is longer than any report ends where that is sure.
class LineReader {
 public:
  LineReader(MetricPatterns patterns, int reports)
      : patterns_(std::move(patterns)), reports_(reports) {}

  void take(std::string_view bytes) {
    line_ += bytes;
    std::size_t begin = 0;
    for (std::size_t end; (end = line_.find('\n', begin)) != std::string::npos; begin = end + 1) {
      report(std::string_view(line_).substr(begin, end - begin));
    }
    line_.erase(0, begin);
    if (line_.size() > protocol::max_line_bytes) line_.clear();
  }
  void finish() { report(line_); }

 private:
  void report(std::string_view line) {
    const std::optional<std::string> found = patterns_.report_of(line);
    if (found) write_all(reports_, *found, "write to the report file");
  }

  MetricPatterns patterns_;
  int reports_;
  std::string line_;
};

struct Started {
  pid_t pid = -1;
  store::OwnedFd output;
};

Started start(const std::vector<std::string>& arguments) {
  std::array<int, 2> ends = {-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw_system_error("make a pipe");
  const store::OwnedFd write_end(ends[1]);
  Started started{-1, store::OwnedFd(ends[0])};
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, write_end.value(), STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, write_end.value(), STDERR_FILENO);
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  // As the program would have found them without us.
  sigset_t restored;
  ::sigemptyset(&restored);
  for (const int signal : {SIGTERM, SIGINT}) ::sigaddset(&restored, signal);
  ::posix_spawnattr_setsigdefault(&attributes, &restored);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  std::vector<char*> words;
  for (const std::string& argument : arguments)
    words.push_back(const_cast<char*>(argument.c_str()));
  words.push_back(nullptr);
  const int error =
      ::posix_spawnp(&started.pid, words.front(), &actions, &attributes, words.data(), environ);
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw SystemError(error, "run " + arguments.front());
  return started;
}

/// The program's own end, as far as a process can imitate another's.
int end_like(int status) {
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  const int signal = WTERMSIG(status);
  ::signal(signal, SIG_DFL);
  ::raise(signal);
  constexpr int as_shells_say_it = 128;
  return as_shells_say_it + signal;  // of a signal that we block
}

}  // namespace

int run_tapped(const std::vector<std::string>& arguments, MetricPatterns patterns, int reports) {
  const Started started = start(arguments);
  // The group of the trial gets them, and the program decides what they mean.
  for (const int signal : {SIGTERM, SIGINT}) ::signal(signal, SIG_IGN);
  LineReader lines(std::move(patterns), reports);
  std::array<char, 65536> bytes;
  while (true) {
    const ssize_t count = ::read(started.output.value(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_system_error("read what the program prints");
    if (count == 0) break;
    const std::string_view read(bytes.data(), static_cast<std::size_t>(count));
    write_all(STDOUT_FILENO, read, "write to standard output");
    lines.take(read);
  }
  lines.finish();
  int status = 0;
  while (::waitpid(started.pid, &status, 0) < 0) {
    if (errno != EINTR) throw_system_error("wait for the program");
  }
  return end_like(status);
}

}  // namespace winnow::run
