#include "tests/storage/study_script.hpp"

#include <fmt/format.h>

#include <cmath>

#include "storage/sqlite.hpp"
#include "tests/storage/builders.hpp"

namespace winnow::store {
namespace {

bool is_time_of_day(const std::string& column) {
  return column == "at" || column.ends_with("_at") || column.ends_with("_ms");
}

void run_trial(Store& store, std::int64_t number, const std::function<void()>& done) {
  const AttemptId attempt = store.add_trial_and_start(a_trial(number), an_attempt(number));
  done();
  store.record_process(attempt, a_process(100 + number));
  done();
  ReportBatch first{
      {a_measurement(0, 1, 0.5), a_measurement(20, 2, std::nan(""))}, {{1, "step-1"}}, 40};
  store.add_reports(attempt, first);
  done();
  TrialEndRow end = a_trial_end(Ending::completed, {{"eval_loss", 0.25}, {"speed", 1e300}});
  end.told = store.tells();
  store.end_attempt(attempt, {{a_measurement(40, 3, 0.25)}, {}, 60}, an_attempt_end(), end);
  done();
}

}  // namespace

std::string contents(const Store& store) {
  Connection& connection = store.connection();
  std::string text;
  std::vector<std::string> tables;
  Statement names =
      connection.query("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
  while (names.step()) tables.push_back(names.column<std::string>(0));
  for (const std::string& table : tables) {
    Statement rows = connection.query(fmt::format("SELECT * FROM {}", table));
    while (rows.step()) {
      text += table;
      for (int i = 0; i < rows.column_count(); ++i) {
        if (is_time_of_day(rows.column_name(i))) continue;
        text += fmt::format(" {}={}", rows.column_name(i),
                            rows.column<std::optional<std::string>>(i).value_or("NULL"));
      }
      text += '\n';
    }
  }
  return text;
}

void run_script(Store& store, const std::function<void()>& done) {
  store.begin_session({.pid = 42, .host = "ada", .boot_id = "boot"});
  done();
  for (std::int64_t number = 0; number < 3; ++number) run_trial(store, number, done);
  store.add_trial(a_trial(3));
  done();
  store.end_queued_trial(TrialNumber{3}, a_trial_end(Ending::cancelled));
  done();
  store.add_decision("noted", TrialNumber{1}, R"({"why":"a test"})");
  done();
  store.end_study("max_trials", TrialNumber{0}, R"({"why":"the lowest"})");
  done();
}

std::vector<std::string> expected_contents() {
  Store store = Store::in_memory(a_study());
  std::vector<std::string> after = {contents(store)};
  run_script(store, [&] { after.push_back(contents(store)); });
  return after;
}

}  // namespace winnow::store
