#include "orchestrator/terminal_screen.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <string_view>

#include "orchestrator/process/system_error.hpp"

namespace winnow::run {
namespace {

volatile std::sig_atomic_t is_told_to_end = 0;

void remember_end(int) { is_told_to_end = 1; }
void only_interrupt(int) {}

/// Without SA_RESTART: a signal ends the wait for keys.
void handle(int signal, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  ::sigaction(signal, &action, nullptr);
}

/// A terminal that takes nothing more is noticed when it is read.
void print(std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(STDOUT_FILENO, text.data(), text.size());
    if (count < 0 && errno != EINTR) return;
    if (count > 0) text.remove_prefix(static_cast<std::size_t>(count));
  }
}

}  // namespace

TerminalScreen::TerminalScreen() {
  if (::tcgetattr(STDIN_FILENO, &before_) != 0) throw_system_error("look at the terminal");
  termios raw = before_;
  ::cfmakeraw(&raw);
  if (::tcsetattr(STDIN_FILENO, TCSANOW, &raw) != 0) throw_system_error("set the terminal");
  handle(SIGWINCH, only_interrupt);
  for (const int signal : {SIGTERM, SIGHUP}) handle(signal, remember_end);
  print("\x1b[?1049h\x1b[?25l");  // a screen of our own, no cursor
}

TerminalScreen::~TerminalScreen() {
  print("\x1b[?25h\x1b[?1049l");
  ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
}

bool TerminalScreen::is_there() {
  return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1;
}

ScreenSize TerminalScreen::size() const {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) {
    return ScreenSize{};
  }
  return ScreenSize{size.ws_col, size.ws_row};
}

void TerminalScreen::show(const std::vector<std::string>& lines) const {
  std::string text = "\x1b[H";
  for (std::size_t k = 0; k < lines.size(); ++k) {
    if (k > 0) text += "\r\n";
    text += lines[k] + "\x1b[K";
  }
  print(text + "\x1b[J");
}

bool TerminalScreen::read_keys(std::chrono::milliseconds longest, std::string& bytes) const {
  pollfd keyboard{STDIN_FILENO, POLLIN, 0};
  const int ready = ::poll(&keyboard, 1, static_cast<int>(longest.count()));
  if (is_told_to_end != 0) return false;
  if (ready <= 0) return true;
  std::array<char, 256> read{};
  const ssize_t count = ::read(STDIN_FILENO, read.data(), read.size());
  if (count > 0) bytes.append(read.data(), static_cast<std::size_t>(count));
  return count > 0 || (count < 0 && errno == EINTR);
}

}  // namespace winnow::run
