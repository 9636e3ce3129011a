// A running study on the screen: on a terminal a status block that is redrawn in place below the
// lines of events; on a pipe, in CI and on a dumb terminal one plain line per event and nothing
// else.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/limits.hpp"
#include "orchestrator/progress.hpp"
#include "orchestrator/recovery.hpp"
#include "orchestrator/session.hpp"
#include "orchestrator/session_log.hpp"

namespace winnow::run {

class ProgressDisplay final : public ProgressListener {
 public:
  /// `log` gets every line, also those that the verbosity keeps off the screen, and outlives this.
  ProgressDisplay(asio::io_context& context, std::FILE* out, Verbosity verbosity, SessionLog& log);
  ~ProgressDisplay() override;

  void event(const std::string& line, const StudyProgress& progress) override;
  void update(const StudyProgress& progress) override;

  void note(const std::string& text);
  void show_recovered(const Recovered& recovered);
  void show_stage(const StudyProgress& progress);
  /// The last lines of a session: the result, or how to resume.
  void show_end(const StudyProgress& progress, const std::optional<StudyEnding>& ending,
                const StudyFolder& folder);

 private:
  void log_and_print(const std::string& line);
  void print_line(const std::string& line);
  void print_records();
  void draw_block();
  void clear_block();
  void redraw_at(std::chrono::steady_clock::time_point when);
  void redraw_on_resize();
  std::string back_to_top() const;
  void send(const std::string& bytes);

  std::FILE* out_;
  Verbosity verbosity_;
  SessionLog& log_;
  bool has_block_;  // a terminal that can move its cursor, with somebody before it
  bool is_gone_ = false;
  std::optional<StudyProgress> shown_;
  std::vector<std::size_t> drawn_widths_;  // of the block's lines that are on the screen
  std::chrono::steady_clock::time_point drawn_at_;
  asio::steady_timer timer_;  // elapsed times move even when nothing happens
  asio::signal_set resized_;
};

}  // namespace winnow::run
