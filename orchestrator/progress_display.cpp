#include "orchestrator/progress_display.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "orchestrator/clock.hpp"
#include "orchestrator/report/terminal_text.hpp"

namespace winnow::run {
namespace {

/// At most so many running trials get a line of their own.
constexpr std::size_t max_running_lines = 16;
constexpr std::size_t default_width = 80;

std::size_t width_of(std::FILE* out) {
  winsize size{};
  if (::ioctl(::fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return default_width;
}

bool is_real_terminal(std::FILE* out) {
  const char* kind = std::getenv("TERM");
  return ::isatty(::fileno(out)) == 1 && kind != nullptr && std::string_view(kind) != "dumb";
}

/// "1:02:03", "2:05": at most seconds, never a fraction.
std::string duration_text(double duration_s) {
  const auto total = static_cast<std::int64_t>(duration_s);
  const std::int64_t h = total / 3600, m = total / 60 % 60, s = total % 60;
  return h > 0 ? fmt::format("{}:{:02}:{:02}", h, m, s) : fmt::format("{}:{:02}", m, s);
}

std::string stage_text(Stage stage) {
  switch (stage) {
    case Stage::running:
      return "";
    case Stage::draining:
      return "no new trials; running ones finish. ^C again: stop them now (they continue on "
             "resume)";
    case Stage::stopping:
      return "stopping the running trials (TERM, then KILL). ^C again: KILL now";
    case Stage::killing:
      return "killing the running trials";
  }
  return "";
}

/// Time left, if the trials to come take as long as those before.
std::string remaining_text(const StudyProgress& progress, std::int64_t ended) {
  if (!progress.max_trials || ended == 0) return "";
  const double left = static_cast<double>(*progress.max_trials - ended);
  return "  about " + duration_text(progress.run_time_s / static_cast<double>(ended) * left) +
         " left";
}

std::string bar(std::int64_t done, std::int64_t total) {
  constexpr std::int64_t cells = 20;
  const std::int64_t full = total > 0 ? std::min(cells, done * cells / total) : 0;
  return "[" + std::string(static_cast<std::size_t>(full), '#') +
         std::string(static_cast<std::size_t>(cells - full), '.') + "]";
}

std::string running_line(TrialNumber number, const RunningTrial& trial, double now_s) {
  std::string line = fmt::format("  slot {}  trial {:<4} {:>7}", trial.slot, number.value,
                                 duration_text(now_s - trial.started_s));
  if (trial.attempt > 1) line += fmt::format("  attempt {}", trial.attempt);
  if (!trial.latest.empty()) line += fmt::format("  step {}", trial.step);
  for (const auto& [metric, value] : trial.latest)
    line += fmt::format("  {} {:.4g}", metric, value);
  return line + "  " + trial.point;
}

}  // namespace

std::vector<std::string> status_block(const StudyProgress& progress, double now_s,
                                      std::size_t width) {
  const std::int64_t ended =
      progress.completed + progress.failed + progress.stopped + progress.cancelled;
  std::vector<std::string> lines;
  std::string head = progress.study + "  ";
  if (progress.max_trials) {
    head += bar(ended, *progress.max_trials) +
            fmt::format(" {}/{} trials", ended, *progress.max_trials);
  } else {
    head += fmt::format("{} trials", ended);
  }
  if (progress.failed > 0) head += fmt::format(", {} failed", progress.failed);
  head += "  " + duration_text(progress.run_time_s) + remaining_text(progress, ended);
  lines.push_back(head);
  if (progress.best) {
    lines.push_back(fmt::format("best   trial {}  {} {:.6g}", progress.best->number.value,
                                progress.objective.metric, progress.best->value));
  }
  for (const auto& [number, trial] : progress.running) {
    if (lines.size() > max_running_lines + 1) {
      lines.push_back(fmt::format("  … {} running in all", progress.running.size()));
      break;
    }
    lines.push_back(running_line(number, trial, now_s));
  }
  if (progress.stage != Stage::running) lines.push_back(stage_text(progress.stage));
  for (std::string& line : lines) {
    if (line.size() > width) line.resize(width);
  }
  return lines;
}

ProgressDisplay::ProgressDisplay(asio::io_context& context, std::FILE* out, Verbosity verbosity)
    : out_(out), verbosity_(verbosity), is_terminal_(is_real_terminal(out)), timer_(context) {}

ProgressDisplay::~ProgressDisplay() { clear_block(); }

void ProgressDisplay::event(const std::string& line, const StudyProgress& progress) {
  clear_block();
  if (verbosity_ == Verbosity::normal) print_line(line);
  update(progress);
}

void ProgressDisplay::update(const StudyProgress& progress) {
  if (!is_terminal_ || verbosity_ == Verbosity::quiet) return;
  const bool first = !shown_.has_value();
  shown_ = progress;
  draw_block();
  if (first) tick();
}

void ProgressDisplay::note(const std::string& text) {
  clear_block();
  print_line("note: " + text);
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

void ProgressDisplay::show_stage(Stage stage) {
  clear_block();
  print_line(stage_text(stage));
  if (shown_) shown_->stage = stage;
  draw_block();
}

void ProgressDisplay::show_end(const StudyProgress& progress,
                               const std::optional<StudyEnding>& ending,
                               const StudyFolder& folder) {
  clear_block();
  shown_.reset();
  timer_.cancel();
  if (progress.best) {
    print_line(fmt::format("best: trial {}  {} {:.6g}  ({} completed, {} failed, {})",
                           progress.best->number.value, progress.objective.metric,
                           progress.best->value, progress.completed, progress.failed,
                           duration_text(progress.run_time_s)));
  } else {
    print_line(fmt::format("no trial has completed ({} failed)", progress.failed));
  }
  // As one would type it from here.
  const std::string study = std::filesystem::proximate(folder.path()).string();
  print_line(ending ? fmt::format("study over: {}. Store: {}/study.db", ending->text, study)
                    : fmt::format("interrupted; to go on: winnow resume {}", study));
}

void ProgressDisplay::print_line(const std::string& line) {
  fmt::print(out_, "{}\n", terminal_text(line));
  std::fflush(out_);
}

void ProgressDisplay::draw_block() {
  if (!shown_) return;
  clear_block();
  const std::vector<std::string> lines =
      status_block(*shown_, SteadyClock().now_s(), width_of(out_));
  for (const std::string& line : lines) fmt::print(out_, "{}\n", terminal_text(line));
  block_lines_ = lines.size();
  std::fflush(out_);
}

void ProgressDisplay::clear_block() {
  // Up over the block, then erase to the end of the screen (ECMA-48: CUU, ED).
  if (block_lines_ > 0) fmt::print(out_, "\x1b[{}A\x1b[J", block_lines_);
  block_lines_ = 0;
}

void ProgressDisplay::tick() {
  timer_.expires_after(std::chrono::seconds(1));
  timer_.async_wait([this](boost::system::error_code error) {
    if (error || !shown_) return;
    shown_->run_time_s += 1;
    draw_block();
    tick();
  });
}

}  // namespace winnow::run
