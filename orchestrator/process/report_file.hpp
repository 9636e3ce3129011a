// Follows one attempt's report file: from a committed byte offset, complete lines only. What a line
// means is trainer/protocol's business; this turns lines into rows and remembers the facts that
// decide how the attempt ended. A file that was not only appended to, or cannot be read, is a fact
// as well: its numbers are no longer what the trial reported.
#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>

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
  /// Lines by which one sees that it gets on: a step beyond all before, a value without a step, a
  /// checkpoint, an end. The same step again is none.
  std::int64_t progress = 0;
  std::optional<std::int64_t> newest_checkpoint;  // the highest step of those of this attempt
  std::string lost;  // why no more of the file is taken in, in words; else empty
};

/// The values of a line, which become rows; nothing for a line that has none.
std::optional<store::MetricValues> values_of_line(std::string_view line);

/// `some`: half a megabyte, so that a chatty trial does not starve quiet ones; call again. `all`:
/// to the end of a file that nobody writes any more, where a last line needs no newline.
enum class Amount { some, all };

class ReportFile {
 public:
  /// Reading starts at `offset`; the facts of the lines before it are gathered again, their rows
  /// not.
  ReportFile(std::filesystem::path file, std::int64_t offset);

  /// The rows of the lines since the last call. `elapsed_s` is used for reports that give none. A
  /// file that does not exist yet has no lines. One that cannot be read has none for the moment;
  /// with Amount::all its reports are lost.
  store::ReportBatch read(Amount amount, double elapsed_s);
  /// Is there more than one call with Amount::some takes?
  bool has_much_left() const;
  const ReportFacts& facts() const { return facts_; }

 private:
  void read_to(Amount amount, double elapsed_s, store::ReportBatch& batch);
  std::string next_block();
  void take_lines(const std::string& text, double elapsed_s, store::ReportBatch& batch);
  void take(const std::string& line, std::int64_t at, double elapsed_s, store::ReportBatch& batch);
  void note_progress(const protocol::Report& report);
  void note_names(const protocol::Values& values);
  void add_malformed(const std::string& problem);
  void advance(const std::string& text, std::size_t size);

  std::filesystem::path file_;
  std::int64_t offset_ = 0;
  std::int64_t committed_;
  std::string seen_end_;  // the last bytes before offset_: another text there was written anew
  bool in_endless_line_ = false;
  std::set<std::string> names_;  // of numbers
  std::optional<std::int64_t> highest_step_;
  ReportFacts facts_;
};

}  // namespace winnow::run
