#include "storage/known_trials.hpp"

#include <nlohmann/json.hpp>

#include "searchers/problem/error.hpp"
#include "storage/configurations.hpp"
#include "storage/event_kinds.hpp"
#include "storage/metrics.hpp"
#include "storage/rows.hpp"
#include "storage/wall_time.hpp"

namespace winnow::store {
namespace {

void write_event(Connection& connection, std::string_view kind, std::int64_t trial) {
  connection.run("INSERT INTO events(kind, trial, at_ms) VALUES (?1, ?2, ?3)", kind, trial,
                 now_ms());
}

void write_trial(Connection& connection, std::int64_t number, const KnownTrial& known) {
  const TrialState state = state_of(known.end.ending);
  connection.run(
      "INSERT INTO trials(number, configuration, role_code, seed, data_seed, history, state_code,"
      " reason, told) VALUES (?1, ?2, ?3, 0, 0, ?1, ?4, ?5, ?1)",
      number, configuration_id(connection, known.point), code_of(Role::search), code_of(state),
      if_any(known.end.reason));
  for (const auto& [metric, value] : known.end.values) {
    const NumberColumns columns = columns_of(value);
    connection.run(
        "INSERT INTO results(trial, metric, value, non_finite, hash) VALUES (?1, ?2, ?3, ?4, ?5)",
        number, metric_id(connection, metric), columns.value, columns.non_finite,
        result_hash(TrialNumber{number}, metric, columns));
  }
  write_event(connection, events::trial_added, number);
  write_event(connection, events::trial_ended(state), number);
}

void write_decision(Connection& connection, std::string_view kind, const std::string& record) {
  connection.run(
      "INSERT INTO decisions(kind, record, at)"
      " VALUES (?1, ?2, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))",
      kind, record);
}

void write_trials(Connection& connection, const KnownTrials& known) {
  std::int64_t number = 0;
  for (const KnownTrial& trial : known.trials) write_trial(connection, number++, trial);
  connection.run(
      "UPDATE counters SET tells = ?1, events = (SELECT coalesce(max(seq), 0) FROM events)",
      number);
  nlohmann::ordered_json record = nlohmann::ordered_json::parse(known.record);
  expect(record.is_object(), "the record of known trials is a JSON object");
  record["trials"] = number;
  write_decision(connection, known_trials_kind, record.dump());
}

}  // namespace

void write_known_trials(Connection& connection, const KnownTrials& known) {
  if (!known.trials.empty()) write_trials(connection, known);
  for (const std::string& record : known.prior_studies) {
    expect(nlohmann::json::accept(record), "the record of a prior study is JSON");
    write_decision(connection, prior_study_kind, record);
  }
}

}  // namespace winnow::store
