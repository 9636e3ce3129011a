// winnow top STUDY: all trials as a table that keeps itself up to date, and keys to steer with.
#include <fmt/format.h>

#include <fstream>
#include <memory>

#include "orchestrator/commands/command.hpp"
#include "orchestrator/commands/study_argument.hpp"
#include "orchestrator/control_socket.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "orchestrator/study_holder.hpp"
#include "orchestrator/terminal_screen.hpp"
#include "orchestrator/top_screen.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::run {
namespace {

/// Elapsed times are shown in seconds.
constexpr auto longest_wait = std::chrono::milliseconds(1000);
constexpr std::size_t columns_of_a_pipe = 200;

struct Arguments {
  StudyArgument study;
};

/// The end of a trial's newest log, as many lines as fit.
std::vector<std::string> log_lines(const store::Store& store, const StudyFolder& folder,
                                   TrialNumber trial, ScreenSize screen) {
  const std::vector<store::AttemptRow> attempts = store.attempts(trial);
  if (attempts.empty()) return {"it has not begun", "", "any key goes back"};
  constexpr std::streamoff tail_bytes = 64 << 10;
  const AttemptFiles files{folder.attempt(attempts.back().attempt.folder)};
  std::ifstream log(files.log(), std::ios::binary | std::ios::ate);
  const std::streamoff size = log ? static_cast<std::streamoff>(log.tellg()) : 0;
  log.seekg(std::max<std::streamoff>(0, size - tail_bytes));
  std::vector<std::string> lines;
  for (std::string line; std::getline(log, line);) {
    lines.push_back(terminal_line(terminal_text(line), screen.columns));
  }
  const std::size_t room = screen.rows > 2 ? screen.rows - 2 : 1;
  if (lines.size() > room)
    lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(room));
  lines.push_back(terminal_line(fmt::format("log of trial {}, attempt {}; any key goes back",
                                            trial.value, attempts.back().attempt.ordinal),
                                screen.columns));
  return lines;
}

class Top {
 public:
  explicit Top(const StudyArgument& study) : folder_(study.folder()), store_(study.open()) {}

  void run() {
    const TerminalScreen screen;
    std::string bytes;
    do {
      study_ = top_study(store_, living_orchestrator(folder_));
      for (const KeyPress key : key_presses(bytes)) {
        if (!act_on(key, screen)) return;
      }
      screen.show(shown_log_ ? log_lines(store_, folder_, *shown_log_, screen.size())
                             : top_screen(study_, view_, screen.size()));
    } while (screen.read_keys(longest_wait, bytes));
  }

  void print_once() {
    study_ = top_study(store_, living_orchestrator(folder_));
    view_.is_reversed = false;
    const std::size_t lines = study_.rows.size() + 5;
    std::vector<std::string> screen =
        top_screen(study_, view_, {terminal_columns(columns_of_a_pipe), lines});
    screen.resize(screen.size() - 2);  // no keys to press
    for (const std::string& line : screen) fmt::print("{}\n", line);
  }

 private:
  /// False: it is over.
  bool act_on(KeyPress key, const TerminalScreen& screen) {
    if (shown_log_) {
      shown_log_.reset();
      return true;
    }
    switch (press(key, study_, page_rows(screen.size()), view_)) {
      case TopAction::quit:
        return false;
      case TopAction::logs:
        shown_log_ = selected();
        break;
      case TopAction::kill:
        say("kill", {{"trial", view_.asked.value}}, "it is told to end");
        break;
      case TopAction::toggle_pause:
        toggle_pause();
        break;
      case TopAction::none:
        break;
    }
    return true;
  }

  /// Nothing where no row is shown.
  std::optional<TrialNumber> selected() const {
    const std::vector<std::size_t> shown = shown_rows(study_, view_);
    if (view_.selected >= shown.size()) return std::nullopt;
    return study_.rows[shown[view_.selected]].number;
  }

  void toggle_pause() {
    const bool wanted = !is_paused_;
    const bool is_said = say(wanted ? "pause" : "unpause", nlohmann::json::object(),
                             wanted ? "paused: no further trial starts" : "going on");
    if (is_said) is_paused_ = wanted;
  }

  /// Was it obeyed?
  bool say(const std::string& word, const nlohmann::json& arguments, const std::string& done) {
    try {
      say_to_orchestrator(folder_, word, arguments);
      view_.message = done;
      return true;
    } catch (const ConfigError& error) {  // said on the screen, which goes on
      view_.message = error.faults().front().message;
      return false;
    }
  }

  StudyFolder folder_;
  store::Store store_;
  TopStudy study_;
  TopView view_;
  bool is_paused_ = false;
  std::optional<TrialNumber> shown_log_;
};

ExitStatus show_top(const Arguments& arguments) {
  Top top(arguments.study);
  if (TerminalScreen::is_there()) {
    top.run();
  } else {
    top.print_once();
  }
  return ExitStatus::ok;
}

const CommandRegistration registration(CommandEntry{
    "top", "all trials on one screen, up to date, with keys to steer the study",
    [](CommandOptions& options) -> std::function<ExitStatus()> {
      auto arguments = std::make_shared<Arguments>();
      arguments->study.add_to(options);
      return [arguments] { return show_top(*arguments); };
    }});

}  // namespace
}  // namespace winnow::run
