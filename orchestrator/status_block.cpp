#include "orchestrator/status_block.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/report/numbers.hpp"
#include "orchestrator/report/terminal_text.hpp"

namespace winnow::run {
namespace {

/// More running trials than this say nothing more to a reader.
constexpr std::size_t most_running_lines = 16;
/// Lines beside those of running trials: head, best, "… in all", stage, and the one that holds the
/// cursor.
constexpr std::size_t other_lines = 5;
constexpr std::int64_t bar_cells = 10;
/// A name cut shorter than this is no name any more.
constexpr std::size_t shortest_name = 8;

/// Time left, if the trials to come take as long as those before.
std::string remaining_text(const StudyProgress& progress, double run_time_s, std::int64_t ended) {
  if (!progress.max_trials || ended == 0 || progress.stage != Stage::running) return "";
  const double left = static_cast<double>(*progress.max_trials - ended);
  return ", about " + clock_text(run_time_s / static_cast<double>(ended) * left) + " left";
}

std::string bar(std::int64_t done, std::int64_t total) {
  const std::int64_t full = std::min(bar_cells, done * bar_cells / total);
  return "[" + std::string(static_cast<std::size_t>(full), '#') +
         std::string(static_cast<std::size_t>(bar_cells - full), '.') + "]  ";
}

/// "name  [####....]  8/20 trials, 1 failed  2:05, about 0:40 left". What does not fit goes: the
/// bar, the time left, the end of the name.
std::string head_line(const StudyProgress& progress, double now_s, std::size_t width) {
  const std::int64_t ended = progress.ended();
  std::string numbers = fmt::format("{} trials", ended);
  if (progress.max_trials) numbers = fmt::format("{}/{} trials", ended, *progress.max_trials);
  if (progress.failed > 0) numbers += fmt::format(", {} failed", progress.failed);
  const double run_time_s = progress.run_time_s + (now_s - progress.at_s);
  numbers += "  " + clock_text(run_time_s);
  const std::string remaining = remaining_text(progress, run_time_s, ended);
  const std::string picture = progress.max_trials ? bar(ended, *progress.max_trials) : "";
  for (const std::string& rest : {picture + numbers + remaining, numbers + remaining}) {
    std::string line = progress.study + "  " + rest;
    if (line.size() <= width) return line;
  }
  const std::size_t room = width - std::min(width, numbers.size() + 2);
  return terminal_line(progress.study, std::max(room, shortest_name)) + "  " + numbers;
}

std::string best_line(const StudyProgress& progress) {
  if (!progress.best && progress.completed > 0) return "best   a front of several objectives";
  if (!progress.best) return "best   no trial has completed yet";
  return fmt::format("best   trial {:<3}  {} {}  {}", progress.best->number.value,
                     progress.objective.metric, number_text(progress.best->value),
                     progress.best->point);
}

/// The objective stands before the other metrics: the end of the line may be cut off.
std::string running_line(TrialNumber number, const RunningTrial& trial,
                         const std::string& objective, double now_s) {
  std::string line =
      fmt::format("run    trial {:<3} {:>6}", number.value, clock_text(now_s - trial.started_s));
  if (trial.attempt > 1) line += fmt::format("  attempt {}", trial.attempt);
  const auto main = trial.latest.find(objective);
  if (main != trial.latest.end()) {
    line += fmt::format("  {} {}", objective, number_text(main->second));
  }
  if (!trial.latest.empty()) line += fmt::format("  step {}", trial.step);
  line += "  " + trial.point;
  for (const auto& [metric, value] : trial.latest) {
    if (metric != objective) line += fmt::format("  {} {}", metric, number_text(value));
  }
  return line;
}

}  // namespace

std::string clock_text(double duration_s) {
  const auto total = static_cast<std::int64_t>(std::max(0.0, duration_s));
  const std::int64_t h = total / 3600, m = total / 60 % 60, s = total % 60;
  return h > 0 ? fmt::format("{}:{:02}:{:02}", h, m, s) : fmt::format("{}:{:02}", m, s);
}

std::string stage_text(const StudyProgress& progress) {
  switch (progress.stage) {
    case Stage::running:
      return "";
    case Stage::draining:
      return "No new trials; running ones finish. ^C again stops them.";
    case Stage::stopping:
      return fmt::format("Trials are told to stop, and killed after {}. ^C again kills them now.",
                         elapsed_text(progress.grace_s));
    case Stage::killing:
      return "Running trials are killed.";
  }
  return "";
}

std::vector<std::string> status_block(const StudyProgress& progress, double now_s,
                                      ScreenSize screen) {
  std::vector<std::string> lines = {head_line(progress, now_s, screen.columns),
                                    best_line(progress)};
  const std::size_t room = screen.rows - std::min(screen.rows, other_lines);
  std::size_t left = std::min(most_running_lines, room);
  for (const auto& [number, trial] : progress.running) {
    if (left == 0) {
      lines.push_back(fmt::format("       … {} running in all", progress.running.size()));
      break;
    }
    lines.push_back(running_line(number, trial, progress.objective.metric, now_s));
    --left;
  }
  if (progress.stage != Stage::running) lines.push_back(stage_text(progress));
  // A screen of three rows is no place for more.
  if (lines.size() >= screen.rows) lines.resize(std::max<std::size_t>(1, screen.rows - 1));
  for (std::string& line : lines) line = terminal_line(line, screen.columns);
  return lines;
}

}  // namespace winnow::run
