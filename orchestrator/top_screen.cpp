#include "orchestrator/top_screen.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "orchestrator/process/process_table.hpp"
#include "orchestrator/report/numbers.hpp"
#include "orchestrator/report/resource_text.hpp"
#include "orchestrator/report/study_status.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "storage/resource_uses.hpp"

namespace winnow::run {
namespace {

/// Head, titles of columns, message, keys.
constexpr std::size_t other_lines = 5;

std::string state_of_study(const StudyStatus& status) {
  if (status.orchestrator) {
    return fmt::format("running, {} at work", status.running.size());
  }
  if (status.study.ending) return "over: " + *status.study.ending;
  return "not running";
}

/// Of a running attempt: the store knows its time up to the last commit, the kernel up to now.
double time_of(const store::AttemptRow& attempt) {
  const bool is_here = attempt.process && is_alive(*attempt.process);
  return is_here ? std::max(attempt.elapsed_s, age_s(*attempt.process)) : attempt.elapsed_s;
}

std::string counts_text(const TopStudy& study) {
  std::string text;
  for (const TrialState state : {TrialState::queued, TrialState::running, TrialState::completed,
                                 TrialState::stopped, TrialState::failed, TrialState::cancelled}) {
    const auto count = std::ranges::count(study.rows, state, &TopRow::state);
    if (count > 0) text += fmt::format("  {} {}", count, to_text(state));
  }
  return text;
}

/// Numbers that are not there come last, whichever way round.
template <class Number>
bool is_before(const std::optional<Number>& a, const std::optional<Number>& b, bool is_reversed) {
  if (!a || !b) return a.has_value() && !b.has_value();
  return is_reversed ? *b < *a : *a < *b;
}

bool goes_before(const TopRow& a, const TopRow& b, const TopView& view) {
  switch (view.sort) {
    case TopSort::number:
      return view.is_reversed ? b.number < a.number : a.number < b.number;
    case TopSort::state:
      return view.is_reversed ? b.state < a.state : a.state < b.state;
    case TopSort::value:
      return is_before(a.value, b.value, view.is_reversed);
    case TopSort::time:
      return is_before(a.elapsed_s, b.elapsed_s, view.is_reversed);
  }
  return false;
}

/// What the driver said of the devices takes a column where it said something.
std::size_t gpu_columns(const TopStudy& study) {
  std::size_t columns = 0;
  for (const TopRow& row : study.rows) columns = std::max(columns, gpu_use_text(row.use).size());
  return columns;
}

std::string gpu_cell(const std::string& text, std::size_t columns) {
  return columns == 0 ? "" : fmt::format("{:<{}}  ", text, columns);
}

std::string titles_text(const TopStudy& study, const TopView& view, std::size_t for_gpus) {
  if (view.shows_use) {
    return fmt::format("   {:>5}  {:<9}  {:>9}  {:>9}  {:>9}  {}{}", "trial", "state", "time",
                       "CPU", "memory", gpu_cell("GPU", for_gpus), "setting");
  }
  return fmt::format("   {:>5}  {:<9}  {:>9}  {:>12}  {:>9}  {}", "trial", "state", "step",
                     terminal_line(study.objective.metric, 12), "time", "setting");
}

std::string head_text(const TopRow& row, bool is_selected) {
  return fmt::format("{}{} {:>6}  {:<9}  ", is_selected ? '>' : ' ', row.is_best ? '*' : ' ',
                     row.number.value, to_text(row.state));
}

std::string time_text(const TopRow& row) {
  return row.elapsed_s ? elapsed_text(*row.elapsed_s) : "";
}

std::string row_text(const TopRow& row, bool is_selected) {
  return head_text(row, is_selected) +
         fmt::format("{:>9}  {:>12}  {:>9}  {}", row.step ? std::to_string(*row.step) : "",
                     row.value ? number_text(*row.value) : "", time_text(row), row.setting);
}

std::string use_text(const TopRow& row, bool is_selected, std::size_t for_gpus) {
  const store::ResourceUse& use = row.use;
  return head_text(row, is_selected) +
         fmt::format("{:>9}  {:>9}  {:>9}  {}{}", time_text(row),
                     use.cpu_s ? elapsed_text(*use.cpu_s) : "",
                     use.max_rss_bytes ? bytes_text(*use.max_rss_bytes) : "",
                     gpu_cell(gpu_use_text(use), for_gpus), row.setting);
}

std::string keys_text(const TopView& view) {
  switch (view.mode) {
    case TopMode::typing_filter:
      return "/" + view.filter;
    case TopMode::confirming_kill:
      return fmt::format("end trial {} for good? y, or any other key for no", view.asked.value);
    case TopMode::list:
      break;
  }
  return view.filter.empty() ? "q quit  p pause  k kill  l log  / filter  n s v t sort  r resources"
                             : "filter: " + view.filter + "  (escape: all)";
}

void move_selection(std::ptrdiff_t by, std::size_t count, TopView& view) {
  const std::ptrdiff_t last = static_cast<std::ptrdiff_t>(count) - 1;
  const std::ptrdiff_t to = static_cast<std::ptrdiff_t>(view.selected) + by;
  view.selected = static_cast<std::size_t>(
      std::clamp<std::ptrdiff_t>(to, 0, std::max<std::ptrdiff_t>(last, 0)));
}

void sort_by(TopSort sort, TopView& view) {
  view.is_reversed = view.sort == sort ? !view.is_reversed : sort == TopSort::number;
  view.sort = sort;
  view.selected = 0;
}

TopAction press_letter(char letter, TopView& view) {
  switch (letter) {
    case 'q':
    case '\x03':  // ^C
      return TopAction::quit;
    case 'p':
      return TopAction::toggle_pause;
    case 'l':
      return TopAction::logs;
    case 'r':
      view.shows_use = !view.shows_use;
      break;
    case '/':
      view.mode = TopMode::typing_filter;
      view.filter.clear();
      break;
    case 'n':
      sort_by(TopSort::number, view);
      break;
    case 's':
      sort_by(TopSort::state, view);
      break;
    case 'v':
      sort_by(TopSort::value, view);
      break;
    case 't':
      sort_by(TopSort::time, view);
      break;
    default:
      view.message = "q quits";
  }
  return TopAction::none;
}

/// Without a row there is nothing to end.
void ask_to_kill(const TopStudy& study, TopView& view) {
  const std::vector<std::size_t> shown = shown_rows(study, view);
  if (view.selected >= shown.size()) return;
  view.asked = study.rows[shown[view.selected]].number;
  view.mode = TopMode::confirming_kill;
}

void type_filter(KeyPress key, TopView& view) {
  view.selected = 0;
  if (key.key == TopKey::enter) {
    view.mode = TopMode::list;
  } else if (key.key == TopKey::escape) {
    view.mode = TopMode::list;
    view.filter.clear();
  } else if (key.key == TopKey::erase) {
    if (!view.filter.empty()) view.filter.pop_back();
  } else if (key.key == TopKey::other && key.character >= ' ') {
    view.filter += key.character;
  }
}

}  // namespace

TopStudy top_study(const store::Store& store,
                   const std::optional<store::LockHolder>& orchestrator) {
  const StudyStatus status = status_of(store, orchestrator);
  TopStudy study;
  study.name = status.study.name;
  study.state = state_of_study(status);
  study.objective = status.study.objectives.front();
  const std::map<TrialNumber, store::ResourceUse> uses = store::resource_uses(store);
  for (const store::TrialRow& row : store.trials()) {
    const Suggestion& suggestion = row.trial.suggestion;
    TopRow shown;
    shown.number = suggestion.number;
    shown.state = row.state;
    shown.is_best = status.best && status.best->trial.suggestion.number == suggestion.number;
    const auto value = row.values.find(study.objective.metric);
    if (value != row.values.end()) shown.value = value->second;
    if (is_ended(row.state)) shown.elapsed_s = row.elapsed_s;
    const auto use = uses.find(suggestion.number);
    if (use != uses.end()) shown.use = use->second;
    shown.setting = row.reason.empty() ? point_text(suggestion.point) : row.reason;
    study.rows.push_back(std::move(shown));
  }
  for (const RunningAttempt& running : status.running) {
    TopRow& row = study.rows[static_cast<std::size_t>(running.row.attempt.trial.value)];
    row.value = running.latest;
    if (running.latest) row.step = running.step;
    row.elapsed_s = time_of(running.row);
  }
  return study;
}

std::vector<std::size_t> shown_rows(const TopStudy& study, const TopView& view) {
  std::vector<std::size_t> shown;
  for (std::size_t k = 0; k < study.rows.size(); ++k) {
    const bool fits = view.filter.empty() ||
                      row_text(study.rows[k], false).find(view.filter) != std::string::npos;
    if (fits) shown.push_back(k);
  }
  std::ranges::stable_sort(shown, [&](std::size_t a, std::size_t b) {
    return goes_before(study.rows[a], study.rows[b], view);
  });
  return shown;
}

std::size_t page_rows(ScreenSize screen) {
  return screen.rows > other_lines ? screen.rows - other_lines : 1;
}

std::vector<std::string> top_screen(const TopStudy& study, TopView& view, ScreenSize screen) {
  const std::vector<std::size_t> shown = shown_rows(study, view);
  const std::size_t page = page_rows(screen);
  move_selection(0, shown.size(), view);
  if (view.selected < view.first) view.first = view.selected;
  if (view.selected >= view.first + page) view.first = view.selected - page + 1;
  if (shown.size() <= page) view.first = 0;
  std::vector<std::string> lines = {study.name + ": " + study.state,
                                    counts_text(study).erase(0, 2)};
  const std::size_t for_gpus = view.shows_use ? gpu_columns(study) : 0;
  lines.push_back(titles_text(study, view, for_gpus));
  for (std::size_t k = view.first; k < std::min(shown.size(), view.first + page); ++k) {
    const TopRow& row = study.rows[shown[k]];
    const bool is_selected = k == view.selected;
    lines.push_back(view.shows_use ? use_text(row, is_selected, for_gpus)
                                   : row_text(row, is_selected));
  }
  lines.push_back(view.message);
  lines.push_back(keys_text(view));
  for (std::string& line : lines) line = terminal_line(line, screen.columns);
  return lines;
}

std::vector<KeyPress> key_presses(std::string& bytes) {
  // The sequences of xterm's normal mode and of its application mode (ctlseqs, PC-style keys).
  constexpr std::array<std::pair<std::string_view, TopKey>, 12> sequences = {
      {{"\x1b[A", TopKey::up},
       {"\x1bOA", TopKey::up},
       {"\x1b[B", TopKey::down},
       {"\x1bOB", TopKey::down},
       {"\x1b[5~", TopKey::page_up},
       {"\x1b[6~", TopKey::page_down},
       {"\x1b[H", TopKey::home},
       {"\x1b[1~", TopKey::home},
       {"\x1b[F", TopKey::end},
       {"\x1b[4~", TopKey::end},
       {"\x1bOH", TopKey::home},
       {"\x1bOF", TopKey::end}}};
  std::vector<KeyPress> pressed;
  while (!bytes.empty()) {
    const auto found = std::ranges::find_if(
        sequences, [&](const auto& sequence) { return bytes.starts_with(sequence.first); });
    if (found != sequences.end()) {
      pressed.push_back({found->second, '\0'});
      bytes.erase(0, found->first.size());
      continue;
    }
    const bool is_begun = std::ranges::any_of(sequences, [&](const auto& sequence) {
      return bytes.size() > 1 && sequence.first.starts_with(bytes);
    });
    if (is_begun) break;
    KeyPress key{TopKey::other, bytes[0]};
    if (bytes[0] == '\x1b') key.key = TopKey::escape;
    if (bytes[0] == '\r' || bytes[0] == '\n') key.key = TopKey::enter;
    if (bytes[0] == '\x7f' || bytes[0] == '\b') key.key = TopKey::erase;
    pressed.push_back(key);
    bytes.erase(0, 1);
  }
  return pressed;
}

TopAction press(KeyPress key, const TopStudy& study, std::size_t page, TopView& view) {
  view.message.clear();
  if (view.mode == TopMode::typing_filter) {
    type_filter(key, view);
    return TopAction::none;
  }
  if (view.mode == TopMode::confirming_kill) {
    view.mode = TopMode::list;
    return key.character == 'y' ? TopAction::kill : TopAction::none;
  }
  const std::size_t count = shown_rows(study, view).size();
  const auto step = static_cast<std::ptrdiff_t>(page), all = static_cast<std::ptrdiff_t>(count);
  switch (key.key) {
    case TopKey::up:
      move_selection(-1, count, view);
      break;
    case TopKey::down:
      move_selection(1, count, view);
      break;
    case TopKey::page_up:
      move_selection(-step, count, view);
      break;
    case TopKey::page_down:
      move_selection(step, count, view);
      break;
    case TopKey::home:
      move_selection(-all, count, view);
      break;
    case TopKey::end:
      move_selection(all, count, view);
      break;
    case TopKey::escape:
      view.filter.clear();
      break;
    case TopKey::enter:
      return TopAction::logs;
    case TopKey::erase:
      break;
    case TopKey::other:
      if (key.character != 'k') return press_letter(key.character, view);
      ask_to_kill(study, view);
  }
  return TopAction::none;
}

}  // namespace winnow::run
