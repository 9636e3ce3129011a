// A running study on the screen: on a terminal a status block that is redrawn in place below the
// lines of events; on a pipe one plain line per event and nothing else.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/limits.hpp"
#include "orchestrator/progress.hpp"
#include "orchestrator/recovery.hpp"
#include "orchestrator/session.hpp"

namespace winnow::run {

/// The status block for a terminal of `width` columns; `now_s` is on the clock of RunningTrial.
std::vector<std::string> status_block(const StudyProgress& progress, double now_s,
                                      std::size_t width);

class ProgressDisplay final : public ProgressListener {
 public:
  ProgressDisplay(asio::io_context& context, std::FILE* out, Verbosity verbosity);
  ~ProgressDisplay() override;

  void event(const std::string& line, const StudyProgress& progress) override;
  void update(const StudyProgress& progress) override;

  void note(const std::string& text);
  void show_recovered(const Recovered& recovered);
  void show_stage(Stage stage);
  /// The last lines of a session: the result, or how to resume.
  void show_end(const StudyProgress& progress, const std::optional<StudyEnding>& ending,
                const StudyFolder& folder);

 private:
  void print_line(const std::string& line);
  void draw_block();
  void clear_block();
  void tick();

  std::FILE* out_;
  Verbosity verbosity_;
  bool is_terminal_;
  std::size_t block_lines_ = 0;
  std::optional<StudyProgress> shown_;
  asio::steady_timer timer_;  // elapsed times move on a terminal even when nothing happens
};

}  // namespace winnow::run
