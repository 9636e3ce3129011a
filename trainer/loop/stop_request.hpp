// Has somebody asked this trial to leave in good order? By SIGTERM or SIGINT, or by a "stop" line
// in the control file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace winnow::train {

/// From now on SIGTERM and SIGINT only set a flag; system calls that wait are interrupted. Once a
/// process.
void catch_stop_signals();

class StopRequest {
 public:
  /// The file may not exist yet. Nothing: only signals count.
  explicit StopRequest(std::optional<std::filesystem::path> control_file);

  /// Looks at the flag and at lines that are new in the control file. Once true, true for good.
  bool requested();

  /// Who asked, for the log; empty while nobody has.
  const std::string& reason() const { return reason_; }

 private:
  void read_new_lines();

  std::optional<std::filesystem::path> control_file_;
  std::uintmax_t read_bytes_ = 0;
  std::string unfinished_line_;
  std::string reason_;
};

}  // namespace winnow::train
