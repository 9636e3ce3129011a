// Follows one attempt's report file: from a committed byte offset, complete lines only. What a line
// means is trainer/protocol's business; this turns lines into rows and remembers the facts that
// decide how the attempt ended. A line without a newline is left for later.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "storage/records.hpp"
#include "trainer/protocol/report.hpp"

namespace winnow::run {

/// What the trial said that is not a number.
struct ReportFacts {
  std::optional<std::string> infeasible;  // the reason
  std::optional<protocol::Failed> failed;
  bool finished = false;
  std::int64_t malformed_lines = 0;
  std::string first_malformed;  // what was wrong with the first of them
  std::int64_t last_step = 0;
  std::int64_t checkpoints = 0;  // reported by this attempt
  store::MetricValues latest;    // the last value of every metric
};

/// `some`: a few megabytes, so that a chatty trial does not starve quiet ones; call again. `all`:
/// to the end of the file.
enum class Amount { some, all };

class ReportFile {
 public:
  /// Reading starts at `offset`; the facts of the lines before it are gathered again, their rows
  /// not.
  ReportFile(std::filesystem::path file, std::int64_t offset);

  /// The rows of the complete lines since the last call. `elapsed_s` is used for reports that give
  /// none. A file that does not exist yet has no lines. Throws SystemError.
  store::ReportBatch read(Amount amount, double elapsed_s);
  const ReportFacts& facts() const { return facts_; }

 private:
  void take(const std::string& line, std::int64_t at, double elapsed_s, store::ReportBatch& batch);
  std::filesystem::path file_;
  std::int64_t offset_ = 0;
  std::int64_t committed_;
  ReportFacts facts_;
};

}  // namespace winnow::run
