// What `winnow top` shows of a study, and what its keys do: pure functions of what was read from
// the store, so that they can be tested without a terminal.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/status_block.hpp"
#include "storage/store.hpp"
#include "storage/study_lock.hpp"

namespace winnow::run {

struct TopRow {
  TrialNumber number;
  TrialState state = TrialState::queued;
  bool is_best = false;
  std::optional<std::int64_t> step;  // of a running trial's last report
  std::optional<double> value;       // of the first objective; of a running trial the latest
  std::optional<double> elapsed_s;
  store::ResourceUse use;
  std::string setting;  // the point, or why the trial failed
};

struct TopStudy {
  std::string name;
  std::string state;  // "running, 3 at work", "over: max_trials"
  Objective objective;
  std::vector<TopRow> rows;
};

TopStudy top_study(const store::Store& store, const std::optional<store::LockHolder>& orchestrator);

enum class TopSort { number, state, value, time };
enum class TopMode { list, typing_filter, confirming_kill };

/// What the user has chosen to see.
struct TopView {
  TopSort sort = TopSort::number;
  bool is_reversed = true;   // the newest trial first
  bool shows_use = false;    // what trials use, in the place of their numbers
  std::string filter;        // rows that hold this text
  std::size_t selected = 0;  // among the rows that are shown
  std::size_t first = 0;     // of the rows on the screen
  TopMode mode = TopMode::list;
  TrialNumber asked;    // which trial the next key may end: rows move while the question stands
  std::string message;  // below the table, until the next key
};

/// The rows that the view shows, in its order: indices into `study.rows`.
std::vector<std::size_t> shown_rows(const TopStudy& study, const TopView& view);

/// How many rows of trials a screen shows.
std::size_t page_rows(ScreenSize screen);

/// Lines of at most the screen's columns, at most as many as its rows; the selected one marked by
/// '>'. Moves `view.first` so that the selected row is on the screen.
std::vector<std::string> top_screen(const TopStudy& study, TopView& view, ScreenSize screen);

enum class TopAction { none, quit, toggle_pause, kill, logs };

enum class TopKey { up, down, page_up, page_down, home, end, enter, escape, erase, other };
struct KeyPress {
  TopKey key = TopKey::other;
  char character = '\0';  // of `other`
};

/// The key presses that the bytes of a terminal mean, as far as they are whole; those are taken
/// from `bytes`.
std::vector<KeyPress> key_presses(std::string& bytes);

/// What a key does to the view, and what is to be done besides. `page`: page_rows() of the screen.
/// `kill` means the trial that was `asked` for, `logs` that of the selected row.
TopAction press(KeyPress key, const TopStudy& study, std::size_t page, TopView& view);

}  // namespace winnow::run
