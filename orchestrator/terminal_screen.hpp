// The whole screen of a terminal for one command, and its keys as they are pressed; everything is
// as before when the object goes.
#pragma once

#include <termios.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/status_block.hpp"

namespace winnow::run {

class TerminalScreen final {
 public:
  /// Needs: standard input and output are a terminal. Throws SystemError.
  TerminalScreen();
  ~TerminalScreen();
  TerminalScreen(const TerminalScreen&) = delete;
  TerminalScreen& operator=(const TerminalScreen&) = delete;

  static bool is_there();
  ScreenSize size() const;
  /// In place of what is there.
  void show(const std::vector<std::string>& lines) const;
  /// Adds what was pressed to `bytes`; returns after `longest` at the latest, or when the size has
  /// changed. False: the terminal is gone, or somebody told us to end.
  bool read_keys(std::chrono::milliseconds longest, std::string& bytes) const;

 private:
  termios before_{};
};

}  // namespace winnow::run
