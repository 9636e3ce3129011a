#include "orchestrator/trainer_verb.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "orchestrator/process/system_error.hpp"
#include "orchestrator/trainer_binary.hpp"
#include "storage/owned_fd.hpp"

namespace winnow::run {
namespace {

// The spawn actions of one child: where its standard input comes from and its output goes.
class Redirections {
 public:
  Redirections(int input, int output) {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawn_file_actions_adddup2(&actions_, input, STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
  }
  Redirections(const Redirections&) = delete;
  Redirections& operator=(const Redirections&) = delete;
  ~Redirections() { ::posix_spawn_file_actions_destroy(&actions_); }
  const posix_spawn_file_actions_t* actions() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

// A child starts with the dispositions of a fresh process, whatever we ignore ourselves.
class DefaultSignals {
 public:
  DefaultSignals() {
    sigset_t all, none;
    ::sigfillset(&all);
    ::sigemptyset(&none);
    ::posix_spawnattr_init(&attributes_);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  }
  DefaultSignals(const DefaultSignals&) = delete;
  DefaultSignals& operator=(const DefaultSignals&) = delete;
  ~DefaultSignals() { ::posix_spawnattr_destroy(&attributes_); }
  const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

/// A file without a name that holds `text`, to be read from its beginning.
store::OwnedFd file_of(std::string_view text) {
  store::OwnedFd file(::memfd_create("winnow-input", MFD_CLOEXEC));
  if (file.value() < 0) throw_system_error("make a file in memory");
  while (!text.empty()) {
    const ssize_t count = ::write(file.value(), text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_system_error("write a file in memory");
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  if (::lseek(file.value(), 0, SEEK_SET) != 0) throw_system_error("rewind a file in memory");
  return file;
}

std::string read_all(int fd, const std::string& program) {
  std::string text;
  std::array<char, 4096> bytes;
  while (true) {
    const ssize_t count = ::read(fd, bytes.data(), bytes.size());
    if (count == 0) return text;
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_system_error("read what " + program + " says");
    text.append(bytes.data(), static_cast<std::size_t>(count));
  }
}

int wait_for(pid_t child, const std::string& program) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) throw_system_error("wait for " + program);
  }
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  throw SystemError("finish " + program,
                    fmt::format("it was ended by signal {}", WTERMSIG(status)));
}

}  // namespace

TrainerAnswer ask_trainer(const std::vector<std::string>& words, std::string_view input) {
  const std::string program = trainer_path().string();
  std::vector<std::string> arguments = {program};
  arguments.insert(arguments.end(), words.begin(), words.end());
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);

  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw_system_error("make a pipe");
  const store::OwnedFd reading(ends[0]);
  store::OwnedFd writing(ends[1]);
  const store::OwnedFd given = file_of(input);
  const Redirections redirections(given.value(), writing.value());
  const DefaultSignals signals;
  pid_t child = 0;
  const int error = ::posix_spawn(&child, program.c_str(), redirections.actions(),
                                  signals.attributes(), argv.data(), environ);
  if (error != 0) throw SystemError(error, "start " + program);
  writing = store::OwnedFd();  // ours is closed, so that the child's end is the end
  TrainerAnswer answer;
  answer.output = read_all(reading.value(), program);
  answer.exit_code = wait_for(child, program);
  return answer;
}

}  // namespace winnow::run
