// Writes reports where the orchestrator reads them: appended to WINNOW_REPORT_FILE, or to standard
// output for a trainer run by hand.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>

#include "trainer/protocol/report.hpp"

namespace winnow::train {

class Reporter {
 public:
  /// Nothing: standard output. Throws FileError.
  explicit Reporter(const std::optional<std::filesystem::path>& file);
  ~Reporter();
  Reporter(const Reporter&) = delete;
  Reporter& operator=(const Reporter&) = delete;

  /// One whole line in one write, so that a reader never sees lines mixed. Throws FileError.
  void report(const protocol::Report& report);

  /// Since this object was made.
  double elapsed_s() const;

 private:
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  std::string name_;
  int file_;
};

}  // namespace winnow::train
