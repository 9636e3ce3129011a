// winnow on a terminal: ^C once and twice, a window that is closed, and all of it at random
// moments.
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <catch2/catch.hpp>
#include <random>

#include "storage/owned_fd.hpp"
#include "tests/end_to_end/program.hpp"
#include "tests/support/random_seed.hpp"

using namespace winnow::tests;

namespace {

/// A study on a terminal of its own.
class OnTerminal {
 public:
  explicit OnTerminal(const Winnow& winnow) {
    int terminal = -1;
    const winsize size{.ws_row = 24, .ws_col = 100, .ws_xpixel = 0, .ws_ypixel = 0};
    pid_ = ::forkpty(&terminal, nullptr, nullptr, &size);
    REQUIRE(pid_ >= 0);
    if (pid_ == 0) {
      const std::string program = std::string(WINNOW_BINARY_DIR) + "/bin/winnow-crashing";
      const std::string file = winnow.folder() / "s.yaml";
      const std::string root = "--root=" + (winnow.folder() / "studies").string();
      ::setenv("TERM", "xterm", 1);
      ::unsetenv("CI");
      ::execl(program.c_str(), program.c_str(), "run", file.c_str(), root.c_str(), nullptr);
      ::_exit(127);
    }
    terminal_ = winnow::store::OwnedFd(terminal);
  }
  ~OnTerminal() {
    if (pid_ > 0) ::kill(pid_, SIGKILL);
  }

  /// Reads what is printed until `words` are among it.
  void wait_for(const std::string& words) {
    char bytes[4096];
    while (printed_.find(words) == std::string::npos) {
      const ssize_t count = ::read(terminal_.value(), bytes, sizeof bytes);
      INFO("wanted '" << words << "', printed: " << printed_);
      REQUIRE(count > 0);
      printed_.append(bytes, static_cast<std::size_t>(count));
    }
    printed_.clear();
  }
  void press_interrupt() { REQUIRE(::write(terminal_.value(), "\x03", 1) == 1); }
  /// ^Z, and `fg`.
  void stop_and_go_on() {
    ::kill(pid_, SIGTSTP);
    ::kill(pid_, SIGCONT);
  }
  void close() { terminal_.reset(); }

  /// Its exit code; what it prints to its end is taken in.
  int end() {
    char bytes[4096];
    while (terminal_.is_open() && ::read(terminal_.value(), bytes, sizeof bytes) > 0) continue;
    int status = 0;
    ::waitpid(std::exchange(pid_, 0), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

 private:
  pid_t pid_ = 0;
  winnow::store::OwnedFd terminal_;
  std::string printed_;
};

/// The first trial of a study that reports step 7 and goes on until it is told to end; further ones
/// end at once.
void write_long_study(const Winnow& winnow) {
  winnow.write_study("s",
                     "[ -e over ] || { touch over; echo '{\"step\":7,\"loss\":2}' >>"
                     " \"$WINNOW_REPORT_FILE\"; exec sleep 300; }\n"
                     "      echo '{\"loss\":1}' >> \"$WINNOW_REPORT_FILE\"",
                     "max_trials: 1");
}

void check_goes_on(const Winnow& winnow) {
  const Answer resumed = winnow("resume s --quiet 2>&1");
  CHECK(resumed.code == 0);
  CHECK(winnow("db check s").code == 0);
}

}  // namespace

TEST_CASE("the first interrupt waits for what runs, the second ends it, and the study goes on") {
  const Winnow winnow;
  write_long_study(winnow);
  OnTerminal study(winnow);
  study.wait_for("step 7");
  study.press_interrupt();
  study.wait_for("running ones finish");
  study.press_interrupt();
  CHECK(study.end() == 130);
  check_goes_on(winnow);
}

TEST_CASE("a window that is closed ends the study in good order") {
  const Winnow winnow;
  write_long_study(winnow);
  OnTerminal study(winnow);
  study.wait_for("step 7");
  study.close();
  CHECK(study.end() == 143);
  check_goes_on(winnow);
}

TEST_CASE("a terminal may do anything at any moment, and the study goes on") {
  std::mt19937 random(seed_of_this_run("terminal"));
  int begun = 0;
  for (int round = 0; round < 10; ++round) {
    const Winnow winnow;
    winnow.write_study("s", "sleep 0.05; echo '{\"loss\":1}' >> \"$WINNOW_REPORT_FILE\"",
                       "max_trials: 6, max_concurrent: 2");
    OnTerminal study(winnow);
    if (round == 0) study.wait_for("trial 0 started");
    const auto presses = random() % 4;
    for (unsigned press = 0; press < presses; ++press) {
      ::poll(nullptr, 0, static_cast<int>(random() % 120));
      if (random() % 3 == 0) study.stop_and_go_on();
      study.press_interrupt();
    }
    ::poll(nullptr, 0, static_cast<int>(random() % 120));
    if (presses == 0 || random() % 2 == 0) study.close();
    const int status = study.end();
    INFO("round " << round << ", " << presses << " interrupts, ended with " << status);
    // Before it listens a signal ends it at once.
    REQUIRE(
        (status == 0 || status == 130 || status == 143 || status == -SIGINT || status == -SIGHUP));
    if (winnow("status s 2>&1").code != 0) continue;  // it had not begun
    ++begun;
    REQUIRE(winnow("resume s --quiet 2>&1").code == 0);
    REQUIRE(winnow("status s --json").json()["counts"]["completed"] == 6);
    REQUIRE(winnow("db check s 2>&1").code == 0);
  }
  CHECK(begun > 0);
}
