#include "orchestrator/progress_display.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <string_view>

#include "orchestrator/clock.hpp"
#include "orchestrator/report/json_forms.hpp"
#include "orchestrator/report/numbers.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "orchestrator/status_block.hpp"

namespace winnow::run {
namespace {

using Moment = std::chrono::steady_clock;

/// A screen is not drawn more often: nobody reads faster, and a slow line to it would fill up.
constexpr auto shortest_redraw = std::chrono::milliseconds(100);
/// Elapsed times are shown in seconds.
constexpr auto longest_redraw = std::chrono::seconds(1);

ScreenSize screen_of(std::FILE* out) {
  winsize size{};
  if (::ioctl(::fileno(out), TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) {
    return ScreenSize{};
  }
  return ScreenSize{size.ws_col, size.ws_row};
}

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

/// Can and may the block be drawn? CI is set by the services of that name, which keep a terminal's
/// output as a file.
bool can_redraw(std::FILE* out) {
  const std::string_view terminal = variable("TERM");
  const std::string_view ci = variable("CI");
  return ::isatty(::fileno(out)) == 1 && !terminal.empty() && terminal != "dumb" &&
         (ci.empty() || ci == "false");
}

nlohmann::ordered_json event_json(const std::string& line, const StudyProgress& progress) {
  nlohmann::ordered_json json = {{"version", 1}, {"study", progress.study}, {"event", line}};
  json["completed"] = progress.completed;
  json["stopped"] = progress.stopped;
  json["failed"] = progress.failed;
  json["cancelled"] = progress.cancelled;
  json["running"] = nlohmann::ordered_json::array();
  for (const auto& [number, trial] : progress.running) json["running"].push_back(number.value);
  json["best"] = nullptr;
  if (!progress.best) return json;
  json["best"] = {{"trial", progress.best->number.value},
                  {progress.objective.metric, number_json(progress.best->value)}};
  return json;
}

}  // namespace

ProgressDisplay::ProgressDisplay(asio::io_context& context, std::FILE* out, Verbosity verbosity,
                                 SessionLog& log)
    : out_(out),
      verbosity_(verbosity),
      log_(log),
      has_block_(verbosity == Verbosity::normal && can_redraw(out)),
      timer_(context),
      resized_(context) {
  if (!has_block_) return;
  resized_.add(SIGWINCH);
  redraw_on_resize();
}

ProgressDisplay::~ProgressDisplay() { clear_block(); }

void ProgressDisplay::event(const std::string& line, const StudyProgress& progress) {
  clear_block();
  print_records();
  log_.say(line);
  if (verbosity_ == Verbosity::normal) print_line(line);
  if (verbosity_ == Verbosity::json_lines) send(json_line(event_json(line, progress)));
  if (has_block_) shown_ = progress;
  draw_block();
}

void ProgressDisplay::update(const StudyProgress& progress) {
  print_records();
  if (!has_block_) return;
  shown_ = progress;
  if (Moment::now() >= drawn_at_ + shortest_redraw) {
    draw_block();
  } else {
    redraw_at(drawn_at_ + shortest_redraw);
  }
}

void ProgressDisplay::note(const std::string& text) {
  clear_block();
  log_and_print(verbosity_ == Verbosity::json_lines ? text : "note: " + text);
  draw_block();
}

void ProgressDisplay::show_recovered(const Recovered& recovered) {
  if (!recovered.adopted.empty()) {
    note(fmt::format("{} trial(s) still running were adopted", recovered.adopted.size()));
  }
  if (recovered.settled > 0) {
    note(fmt::format("{} attempt(s) of an earlier session were settled", recovered.settled));
  }
  if (recovered.strays_killed > 0) {
    note(fmt::format("{} process(es) that belonged to no running trial were ended",
                     recovered.strays_killed));
  }
}

void ProgressDisplay::show_stage(const StudyProgress& progress) {
  if (has_block_) {
    log_.say(stage_text(progress));
    shown_ = progress;
    draw_block();
  } else {
    log_and_print(stage_text(progress));
  }
}

void ProgressDisplay::show_end(const StudyProgress& progress,
                               const std::optional<StudyEnding>& ending,
                               const StudyFolder& folder) {
  clear_block();
  shown_.reset();
  timer_.cancel();
  resized_.cancel();
  const std::string stopped =
      progress.stopped > 0 ? fmt::format(", {} stopped early", progress.stopped) : "";
  const std::string counts = fmt::format("{} completed{}, {} failed, {}", progress.completed,
                                         stopped, progress.failed, clock_text(progress.run_time_s));
  if (progress.best) {
    log_and_print(fmt::format("best: trial {}  {} {}  {}  ({})", progress.best->number.value,
                              progress.objective.metric, number_text(progress.best->value),
                              progress.best->point, counts));
  } else if (progress.completed > 0) {  // none is the best of several objectives
    log_and_print(
        fmt::format("front: winnow pareto {} shows it  ({})", folder.as_argument(), counts));
  } else {
    log_and_print(fmt::format("no trial has completed ({})", counts));
  }
  if (ending) {
    const std::string database = std::filesystem::proximate(folder.database()).string();
    log_and_print(fmt::format("study over: {}. Store: {}", ending->text, database));
  } else {
    log_and_print("interrupted; nothing is lost, and this goes on with it:");
    log_and_print("winnow resume " + folder.as_argument());
  }
}

void ProgressDisplay::log_and_print(const std::string& line) {
  print_records();
  log_.say(line);
  print_line(line);
}

/// What is on record since the last line, where the user wants to see it, and what has become of
/// the log.
void ProgressDisplay::print_records() {
  const std::vector<store::EventRow> records = log_.take_records();
  const std::optional<std::string> problem = log_.take_problem();
  if (records.empty() && !problem) return;
  clear_block();
  for (const store::EventRow& record : records) {
    send(verbosity_ == Verbosity::json_lines
             ? json_line({{"version", 1}, {"record", record_json(record)}})
             : record_text(record) + "\n");
  }
  if (problem) print_line("note: " + *problem);
}

void ProgressDisplay::print_line(const std::string& line) {
  if (verbosity_ == Verbosity::json_lines) return send(json_line({{"version", 1}, {"note", line}}));
  send(terminal_text(line) + "\n");
}

void ProgressDisplay::draw_block() {
  if (!shown_) return;
  const std::vector<std::string> lines =
      status_block(*shown_, SteadyClock().now_s(), screen_of(out_));
  // Line by line over what was there, so that nothing flickers. ECMA-48: EL clears to the end of a
  // line, ED to the end of the screen. EL comes before the text: after a full line the cursor still
  // stands on its last character.
  std::string frame = back_to_top();
  drawn_widths_.clear();
  for (const std::string& line : lines) {
    frame += "\x1b[K" + line + "\n";
    drawn_widths_.push_back(terminal_width(line));
  }
  send(frame + "\x1b[J");
  drawn_at_ = Moment::now();
  redraw_at(drawn_at_ + longest_redraw);
}

void ProgressDisplay::clear_block() {
  if (drawn_widths_.empty()) return;
  send(back_to_top() + "\x1b[J");
  drawn_widths_.clear();
}

/// To the first column of the block's first line. A terminal that became narrower has broken its
/// lines anew. The cursor may stand in any column: what is typed (^C) is shown.
std::string ProgressDisplay::back_to_top() const {
  const std::size_t columns = screen_of(out_).columns;
  std::size_t rows = 0;
  for (const std::size_t width : drawn_widths_) {
    rows += std::max<std::size_t>(1, (width + columns - 1) / columns);
  }
  return rows == 0 ? "" : fmt::format("\r\x1b[{}A", rows);  // CUU
}

void ProgressDisplay::redraw_at(Moment::time_point when) {
  timer_.expires_at(when);
  timer_.async_wait([this](boost::system::error_code error) {
    if (!error) draw_block();
  });
}

void ProgressDisplay::redraw_on_resize() {
  resized_.async_wait([this](boost::system::error_code error, int) {
    if (error) return;
    draw_block();
    redraw_on_resize();
  });
}

/// A reader that went away (`| head`, a closed terminal) does not end a study: what is lost are
/// lines, and the store has everything. A full disk behind a redirection stays an error for main.
void ProgressDisplay::send(const std::string& bytes) {
  if (is_gone_) return;
  const bool sent =
      std::fwrite(bytes.data(), 1, bytes.size(), out_) == bytes.size() && std::fflush(out_) == 0;
  if (sent || (errno != EPIPE && errno != EIO)) return;
  is_gone_ = true;
  std::clearerr(out_);
}

}  // namespace winnow::run
