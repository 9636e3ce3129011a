// Starts the real winnow-trainer beside the test and waits for what it does, without sleeping.
#pragma once

#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/temporary_folder.hpp"

namespace winnow::tests {

struct BinaryEnd {
  int exit_code = -1;  // -1: killed by a signal
  std::string out;
  std::string error;
};

/// A running winnow-trainer. Standard output and error go to files in `folder`.
class TrainerProcess {
 public:
  TrainerProcess(const std::filesystem::path& folder, std::vector<std::string> words,
                 std::vector<std::string> environment = {}, const std::string& input = "/dev/null")
      : folder_(folder) {
    std::filesystem::create_directories(folder);
    words.insert(words.begin(), std::string(WINNOW_BINARY_DIR) + "/bin/winnow-trainer");
    for (char** variable = environ; *variable != nullptr; ++variable) {
      if (!std::string(*variable).starts_with("WINNOW_")) environment.push_back(*variable);
    }
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, input.c_str(), O_RDONLY, 0);
    const int flags = O_WRONLY | O_CREAT | O_TRUNC;
    posix_spawn_file_actions_addopen(&actions, 1, out().c_str(), flags, 0666);
    posix_spawn_file_actions_addopen(&actions, 2, error().c_str(), flags, 0666);
    const int failure = ::posix_spawn(&pid_, words.front().c_str(), &actions, nullptr,
                                      pointers(words).data(), pointers(environment).data());
    posix_spawn_file_actions_destroy(&actions);
    REQUIRE(failure == 0);
  }
  TrainerProcess(const TrainerProcess&) = delete;
  TrainerProcess& operator=(const TrainerProcess&) = delete;
  ~TrainerProcess() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
    }
  }

  void terminate() const { ::kill(pid_, SIGTERM); }

  BinaryEnd wait() {
    int status = 0;
    REQUIRE(::waitpid(std::exchange(pid_, -1), &status, 0) > 0);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read_text(out()), read_text(error())};
  }

 private:
  static std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> result;
    for (std::string& word : words) result.push_back(word.data());
    result.push_back(nullptr);
    return result;
  }
  std::string out() const { return (folder_ / "out.txt").string(); }
  std::string error() const { return (folder_ / "error.txt").string(); }

  std::filesystem::path folder_;
  pid_t pid_ = -1;
};

inline BinaryEnd run_trainer(const std::filesystem::path& folder, std::vector<std::string> words,
                             std::vector<std::string> environment = {},
                             const std::string& input = "/dev/null") {
  return TrainerProcess(folder, std::move(words), std::move(environment), input).wait();
}

/// A named pipe as a report file: the trainer cannot run ahead of the test further than the pipe
/// holds.
class ReportPipe {
 public:
  explicit ReportPipe(const std::filesystem::path& path) {
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    // Our own writing end keeps reads waiting until the trainer has opened its own.
    reader_ = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
    REQUIRE(reader_ >= 0);
    writer_ = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    REQUIRE(writer_ >= 0);
    REQUIRE(::fcntl(reader_, F_SETPIPE_SZ, 4096) >= 4096);
    // A descriptor for reading and writing would never see the end.
    const int read_only = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    REQUIRE(read_only >= 0);
    ::close(std::exchange(reader_, read_only));
  }
  ~ReportPipe() {
    ::close(reader_);
    if (writer_ >= 0) ::close(writer_);
  }
  ReportPipe(const ReportPipe&) = delete;
  ReportPipe& operator=(const ReportPipe&) = delete;

  std::string line() {
    while (buffer_.find('\n') == std::string::npos) REQUIRE(read_more());
    const auto end = buffer_.find('\n');
    const std::string found = buffer_.substr(0, end);
    buffer_.erase(0, end + 1);
    return found;
  }

  /// Reads until the trainer has closed the pipe. Needs a line to have been read before.
  std::string last_line() {
    ::close(std::exchange(writer_, -1));
    std::string last;
    while (read_more()) continue;
    while (!buffer_.empty()) last = line();
    return last;
  }

 private:
  bool read_more() {
    char bytes[1024];
    const ssize_t got = ::read(reader_, bytes, sizeof bytes);
    REQUIRE(got >= 0);
    buffer_.append(bytes, static_cast<std::size_t>(got));
    return got > 0;
  }

  int reader_ = -1;
  int writer_ = -1;
  std::string buffer_;
};

}  // namespace winnow::tests
