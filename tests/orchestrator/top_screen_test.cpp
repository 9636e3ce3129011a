#include "orchestrator/top_screen.hpp"

#include <catch2/catch.hpp>

#include "orchestrator/process/process_table.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "tests/storage/builders.hpp"

using namespace winnow;
using namespace winnow::run;
using Catch::Contains;
using Catch::StartsWith;

namespace {

TopStudy five_trials() {
  TopStudy study;
  study.name = "s";
  study.state = "running, 1 at work";
  study.objective = Objective{"loss"};
  const double values[] = {3, 1, 2, 5, 4};
  for (std::int64_t number = 0; number < 5; ++number) {
    TopRow row;
    row.number = TrialNumber{number};
    row.state = number == 4 ? TrialState::running : TrialState::completed;
    row.value = values[number];
    row.setting = fmt::format("x={}", number);
    study.rows.push_back(row);
  }
  study.rows[3].value.reset();
  return study;
}

std::vector<std::int64_t> numbers(const TopStudy& study, const TopView& view) {
  std::vector<std::int64_t> shown;
  for (const std::size_t k : shown_rows(study, view)) shown.push_back(study.rows[k].number.value);
  return shown;
}

TopAction type(const std::string& bytes, const TopStudy& study, TopView& view) {
  std::string left = bytes;
  TopAction action = TopAction::none;
  for (const KeyPress key : key_presses(left)) action = press(key, study, 10, view);
  CHECK(left.empty());
  return action;
}

using Numbers = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("the newest trial is first, and each letter sorts by its column, twice the other way") {
  const TopStudy study = five_trials();
  TopView view;
  CHECK(numbers(study, view) == Numbers{4, 3, 2, 1, 0});
  type("n", study, view);
  CHECK(numbers(study, view) == Numbers{0, 1, 2, 3, 4});
  type("v", study, view);
  CHECK(numbers(study, view) == Numbers{1, 2, 0, 4, 3});  // no value: last
  type("v", study, view);
  CHECK(numbers(study, view) == Numbers{4, 0, 2, 1, 3});
  type("s", study, view);
  CHECK(numbers(study, view).front() == 4);
}

TEST_CASE("a filter keeps the rows that hold its text, and escape takes it back") {
  const TopStudy study = five_trials();
  TopView view;
  type("/runnx\x7fing\r", study, view);
  CHECK(view.filter == "running");
  CHECK(numbers(study, view) == Numbers{4});
  type("\x1b", study, view);
  CHECK(numbers(study, view).size() == 5);
  type("/q", study, view);  // q is a letter there
  CHECK(view.mode == TopMode::typing_filter);
  CHECK(type("\x1b", study, view) == TopAction::none);
  CHECK(view.filter.empty());
}

TEST_CASE("a trial is killed after a second key only") {
  const TopStudy study = five_trials();
  TopView view;
  CHECK(type("k", study, view) == TopAction::none);
  CHECK(type("n", study, view) == TopAction::none);
  CHECK(view.mode == TopMode::list);
  CHECK(type("ky", study, view) == TopAction::kill);
  CHECK(type("k", study, view) == TopAction::none);
  const TrialNumber asked = view.asked;
  TopStudy grown = study;
  grown.rows.emplace_back().number = TrialNumber{5};  // comes first, and moves the selected row
  CHECK(type("y", grown, view) == TopAction::kill);
  CHECK((view.asked == asked && asked == TrialNumber{4}));
  view.filter = "in no row";
  CHECK(type("k", study, view) == TopAction::none);
  CHECK(view.mode == TopMode::list);
  view.filter.clear();
  CHECK(type("p", study, view) == TopAction::toggle_pause);
  CHECK(type("l", study, view) == TopAction::logs);
  CHECK(type("\r", study, view) == TopAction::logs);
  CHECK(type("q", study, view) == TopAction::quit);
  CHECK(type("\x03", study, view) == TopAction::quit);
}

TEST_CASE("r shows what trials use, within 80 columns, and their numbers again") {
  TopStudy study = five_trials();
  study.rows[4].elapsed_s = 61;
  study.rows[4].use = {61, 3 << 20, 5LL << 30, 0.875, 1234};
  TopView view;
  CHECK(top_screen(study, view, {80, 24}).at(2).find("CPU") == std::string::npos);
  type("r", study, view);
  const std::vector<std::string> lines = top_screen(study, view, {80, 24});
  CHECK_THAT(lines.at(2), Contains("CPU     memory  GPU "));
  const TopStudy without = five_trials();
  CHECK_THAT(top_screen(without, view, {80, 24}).at(2), Contains("CPU     memory  setting"));
  CHECK_THAT(top_screen(without, view, {80, 24}).at(3), Contains("x=4"));
  CHECK_THAT(lines.at(3), Contains("1 min 01 s  1 min 01 s      3 MiB  5120 MiB 88 % 1234 J"));
  CHECK_THAT(lines.back(), Contains("r resources"));
  type("r", study, view);
  CHECK(top_screen(study, view, {80, 24}).at(2).find("CPU") == std::string::npos);
}

TEST_CASE("arrows move within the table, and a sequence may come in pieces") {
  const TopStudy study = five_trials();
  TopView view;
  type("\x1b[B\x1bOB", study, view);
  CHECK(view.selected == 2);
  type("\x1b[A\x1b[A\x1b[A\x1b[A", study, view);
  CHECK(view.selected == 0);
  type("\x1b[F", study, view);
  CHECK(view.selected == 4);
  std::string piece = "\x1b[";
  CHECK(key_presses(piece).empty());
  piece += "5~";
  CHECK(key_presses(piece).at(0).key == TopKey::page_up);
}

TEST_CASE("the screen is never wider or longer than the terminal, and the selected row is on it") {
  TopStudy study = five_trials();
  study.name = std::string(300, 'n');
  study.rows[2].setting = "\x1b[2J" + std::string(300, 'x');
  TopView view;
  view.selected = 4;
  for (const std::size_t columns : {20, 80}) {
    for (const std::size_t rows : {6, 8, 24}) {
      const std::vector<std::string> lines = top_screen(study, view, {columns, rows});
      CHECK(lines.size() <= rows);
      bool has_selected = false;
      for (const std::string& line : lines) {
        CHECK(terminal_width(line) <= columns);
        CHECK(line.find('\x1b') == std::string::npos);
        has_selected = has_selected || line.starts_with(">");
      }
      CHECK(has_selected);
    }
  }
  TopView empty;
  CHECK(top_screen(TopStudy{}, empty, {80, 24}).size() == 5);
}

TEST_CASE("what is shown is what the store says") {
  store::Store store = store::a_store();
  store::run_trial(store,
                   store::a_trial_end(Ending::completed, {{"eval_loss", 0.5}, {"speed", 1}}));
  const store::AttemptId attempt =
      store.add_trial_and_start(store::a_trial(1), store::an_attempt(1));
  store.record_process(attempt, store::a_process(7));
  store::ReportBatch batch;
  batch.measurements = {store::a_measurement(0, 30, 0.75)};
  batch.offset = 9;
  batch.elapsed_s = 4;
  store.add_reports(attempt, batch);
  const store::ProcessIdentity living = identify(1);
  store.record_process(store.add_trial_and_start(store::a_trial(2), store::an_attempt(2)), living);
  const double age = age_s(living);
  const TopStudy study = top_study(store, std::nullopt);
  REQUIRE(study.rows.size() == 3);
  CHECK(age > 0);
  CHECK(*study.rows[2].elapsed_s >= age);  // the store has not heard of its time yet
  CHECK(study.rows[0].value == 0.5);
  CHECK(study.rows[0].elapsed_s == 1.5);
  CHECK(study.rows[1].value == 0.75);
  CHECK(study.rows[1].step == 30);
  CHECK(study.rows[1].elapsed_s == 4);
  CHECK(study.state == "not running");
}
