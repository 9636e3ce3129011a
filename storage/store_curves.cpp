// Questions about what happened inside trials: attempts, checkpoints, curves, scores, the log.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "storage/attempt_names.hpp"
#include "storage/event_kinds.hpp"
#include "storage/metrics.hpp"
#include "storage/rows.hpp"
#include "storage/sqlite.hpp"
#include "storage/store.hpp"

namespace winnow::store {
namespace {

constexpr std::string_view attempt_columns =
    "SELECT id, trial, ordinal, coalesce(own_token, (SELECT s.token FROM sessions s WHERE s.id ="
    " session) || '-' || trial || '-' || ordinal), slot, coalesce(gpus, '[]'), folder,"
    " resumed_from, state, report_offset,"
    " strftime('%Y-%m-%dT%H:%M:%fZ', started_ms / 1000.0, 'unixepoch'), pid, pid_started,"
    " coalesce(boot_id, (SELECT s.boot_id FROM sessions s WHERE s.id = session)), ending, counts, "
    "exit_code, signal, message, elapsed_s,"
    " cpu_s, max_rss_bytes, resumed_step, stop_cause, stop_step, stop_reason,"
    " gpu_memory_bytes, gpu_utilisation, gpu_energy_j FROM attempts ";

std::optional<TrialNumber> trial_or_nothing(const std::optional<std::int64_t>& number) {
  return number ? std::optional(TrialNumber{*number}) : std::nullopt;
}

AttemptEndRow attempt_end_from(const Statement& row) {
  AttemptEndRow end;
  end.ending = row.column<std::string>(14);
  end.counts = row.column<int>(15) != 0;
  end.exit_code = row.column<std::optional<int>>(16);
  end.signal = row.column<std::optional<int>>(17);
  end.message = row.column<std::string>(18);
  end.elapsed_s = row.column<double>(19);
  end.cpu_s = row.column<std::optional<double>>(20);
  end.max_rss_bytes = row.column<std::optional<std::int64_t>>(21);
  return end;
}

std::vector<AttemptRow> read_attempts(Statement rows) {
  std::vector<AttemptRow> attempts;
  while (rows.step()) {
    AttemptRow& row = attempts.emplace_back();
    row.id.value = rows.column<std::int64_t>(0);
    row.attempt.trial.value = rows.column<std::int64_t>(1);
    row.attempt.ordinal = rows.column<int>(2);
    row.attempt.token = rows.column<std::string>(3);
    row.attempt.slot = rows.column<int>(4);
    row.attempt.gpus = integers_from_json(rows.column<std::string>(5));
    row.attempt.folder = rows.column<std::string>(6);
    row.attempt.resumed_from = rows.column<std::optional<std::string>>(7);
    row.attempt.resumed_step = rows.column<std::optional<std::int64_t>>(22);
    row.state = rows.column<std::string>(8);
    row.stop_cause = stop_cause_from(rows.column<std::optional<std::string>>(23));
    if (row.stop_cause == StopCause::early_stop)
      row.early_stop = EarlyStop{rows.column<std::int64_t>(24), rows.column<std::string>(25)};
    row.report_offset = rows.column<std::int64_t>(9);
    row.started_at = rows.column<std::string>(10);
    row.elapsed_s = rows.column<double>(19);
    row.use = {rows.column<std::optional<double>>(20), rows.column<std::optional<std::int64_t>>(21),
               rows.column<std::optional<std::int64_t>>(26), rows.column<std::optional<double>>(27),
               rows.column<std::optional<double>>(28)};
    if (const auto pid = rows.column<std::optional<std::int64_t>>(11)) {
      row.process =
          ProcessIdentity{*pid, rows.column<std::int64_t>(12), rows.column<std::string>(13)};
    }
    if (row.state == "ended") row.end = attempt_end_from(rows);
  }
  return attempts;
}

// Views are text in the file, where SQLite 3.40 counts its own JSON functions among the unsafe
// ones. It has no others here: we register none and load no extension.
class TrustedSchema final {
 public:
  explicit TrustedSchema(Connection& connection) : connection_(connection) { set(1); }
  TrustedSchema(const TrustedSchema&) = delete;
  TrustedSchema& operator=(const TrustedSchema&) = delete;
  ~TrustedSchema() { set(0); }

 private:
  void set(int on) {
    sqlite3_db_config(connection_.handle(), SQLITE_DBCONFIG_TRUSTED_SCHEMA, on, nullptr);
  }
  Connection& connection_;
};

// SQLite's own text of a real number has 15 digits: too few to be read back.
std::optional<std::string> cell_text(const Statement& row, int index) {
  if (row.is_real(index)) return winnow::to_text(Value(row.column<double>(index)));
  return row.column<std::optional<std::string>>(index);
}

}  // namespace

std::vector<AttemptRow> Store::attempts(TrialNumber trial) const {
  static const std::string sql = std::string(attempt_columns) + "WHERE trial = ?1 ORDER BY ordinal";
  return read_attempts(connection_->query(sql, trial.value));
}

std::vector<AttemptRow> Store::attempts_not_ended() const {
  static const std::string sql =
      std::string(attempt_columns) + "WHERE ended_ms IS NULL ORDER BY id";
  return read_attempts(connection_->query(sql));
}

AttemptCode Store::attempt_code(AttemptId attempt) const {
  // That it was started has a place in the log, in its own row or, in older stores, in an event.
  Statement row = connection_->query(
      "SELECT s.winnow_version,"
      " coalesce((SELECT e.detail ->> '$.build' FROM events e WHERE e.kind = ?2"
      " AND e.session = s.id), ''),"
      " coalesce((SELECT e.detail ->> '$.spec_hash' FROM events e WHERE e.kind IN (?3, ?4)"
      " AND e.seq < (SELECT seq FROM log WHERE kind = 'attempt_started' AND attempt = a.id)"
      " ORDER BY e.seq DESC LIMIT 1), '')"
      " FROM attempts a JOIN sessions s ON s.id = a.session WHERE a.id = ?1",
      attempt.value, events::build_recorded, events::session_began, events::study_changed);
  expect(row.step(), "the attempt is in the store");
  return {row.column<std::string>(0), row.column<std::string>(1), row.column<std::string>(2)};
}

bool Store::has_attempt(std::string_view token) const {
  return state_of_attempt(token).has_value();
}

std::optional<std::string> Store::state_of_attempt(std::string_view token) const {
  if (auto own = connection_->first<std::string>(
          "SELECT state FROM attempts WHERE own_token IS NOT NULL AND own_token = ?1", token)) {
    return own;
  }
  const std::optional<TokenParts> parts = parts_of(token);
  if (!parts) return std::nullopt;
  return connection_->first<std::string>(
      "SELECT a.state FROM attempts a JOIN sessions s ON s.id = a.session"
      " WHERE a.trial = ?2 AND a.ordinal = ?3 AND a.own_token IS NULL AND s.token = ?1",
      parts->session, parts->trial.value, parts->ordinal);
}

std::vector<CheckpointRow> Store::checkpoints(TrialNumber trial) const {
  Statement rows = connection_->query(
      "SELECT attempt, step, path FROM checkpoints WHERE trial = ?1 AND superseded = 0"
      " ORDER BY attempt DESC, step DESC, id DESC",
      trial.value);
  std::vector<CheckpointRow> checkpoints;
  while (rows.step()) {
    checkpoints.push_back({AttemptId{rows.column<std::int64_t>(0)}, rows.column<std::int64_t>(1),
                           rows.column<std::string>(2)});
  }
  return checkpoints;
}

std::vector<ReportedMeasurement> Store::reported(TrialNumber trial) const {
  Statement rows = connection_->query(
      "SELECT m.line, m.step, n.name, m.value, m.non_finite, m.elapsed_s, m.is_final"
      " FROM attempts a JOIN measurements m ON m.attempt = a.id JOIN metrics n ON n.id = m.metric"
      " WHERE a.trial = ?1 AND m.superseded = 0 ORDER BY a.ordinal, m.line, n.name",
      trial.value);
  std::vector<ReportedMeasurement> reported;
  while (rows.step()) {
    const NumberColumns value = {rows.column<std::optional<double>>(3),
                                 rows.column<std::optional<std::string>>(4)};
    reported.push_back({rows.column<std::int64_t>(0),
                        {rows.column<std::int64_t>(1), rows.column<std::string>(2),
                         number_from(value), rows.column<double>(5)},
                        rows.column<int>(6) != 0});
  }
  return reported;
}

std::int64_t Store::rows_of(AttemptId attempt) const {
  return *connection_->first<std::int64_t>("SELECT count(*) FROM measurements WHERE attempt = ?1",
                                           attempt.value);
}

std::vector<Measurement> Store::measurements(TrialNumber trial, std::string_view metric) const {
  Statement rows = connection_->query(
      "SELECT m.step, m.value, m.non_finite, m.elapsed_s"
      " FROM attempts a JOIN measurements m ON m.attempt = a.id"
      " WHERE a.trial = ?1 AND m.metric = (SELECT id FROM metrics WHERE name = ?2)"
      " AND m.superseded = 0"
      " ORDER BY a.ordinal, m.line",
      trial.value, metric);
  std::vector<Measurement> measurements;
  while (rows.step()) {
    const NumberColumns value = {rows.column<std::optional<double>>(1),
                                 rows.column<std::optional<std::string>>(2)};
    measurements.push_back({rows.column<std::int64_t>(0), std::string(metric), number_from(value),
                            rows.column<double>(3)});
  }
  return measurements;
}

void Store::for_each_measured(
    std::string_view metric,
    const std::function<void(TrialNumber, const Measurement&)>& visit) const {
  const auto id = find_metric(*connection_, metric);
  if (!id) return;
  Statement rows = connection_->query(
      "SELECT t.number, m.step, m.value, m.non_finite, m.elapsed_s"
      " FROM trials t CROSS JOIN attempts a ON a.trial = t.number"
      " CROSS JOIN measurements m ON m.attempt = a.id"
      " WHERE t.role_code = 0 AND m.metric = ?1 AND m.superseded = 0 AND m.is_final = 0"
      " ORDER BY t.number, a.ordinal, m.line",
      *id);
  Measurement measured{0, std::string(metric), 0, 0};
  while (rows.step()) {
    measured.step = rows.column<std::int64_t>(1);
    measured.value = number_from(
        {rows.column<std::optional<double>>(2), rows.column<std::optional<std::string>>(3)});
    measured.elapsed_s = rows.column<double>(4);
    visit(TrialNumber{rows.column<std::int64_t>(0)}, measured);
  }
}

std::vector<double> Store::example_scores(TrialNumber trial, std::string_view dataset,
                                          std::string_view metric) const {
  Statement rows = connection_->query(
      "SELECT score FROM example_scores WHERE trial = ?1 AND dataset = ?2 AND metric = ?3"
      " ORDER BY example",
      trial.value, dataset, metric);
  std::vector<double> scores;
  while (rows.step()) scores.push_back(rows.column<double>(0));
  return scores;
}

std::vector<DecisionRow> Store::decisions() const {
  Statement rows = connection_->query("SELECT kind, trial, record, at FROM decisions ORDER BY id");
  std::vector<DecisionRow> decisions;
  while (rows.step()) {
    decisions.push_back({rows.column<std::string>(0),
                         trial_or_nothing(rows.column<std::optional<std::int64_t>>(1)),
                         rows.column<std::string>(2), rows.column<std::string>(3)});
  }
  return decisions;
}

std::int64_t Store::last_event() const {
  return *connection_->first<std::int64_t>("SELECT events FROM counters");
}

std::optional<std::string> Store::newest_event(std::string_view kind) const {
  return connection_->first<std::string>(
      "SELECT coalesce(detail, '{}') FROM events WHERE kind = ?1 ORDER BY seq DESC LIMIT 1", kind);
}

void Store::read_view(
    std::string_view view,
    const std::function<void(const std::vector<std::string>& names,
                             const std::vector<std::optional<std::string>>& cells)>& row) const {
  constexpr std::array<std::string_view, 2> stable = {"v_trials", "v_measurements"};
  expect(std::ranges::count(stable, view) == 1, "only stable views are read by name");
  const TrustedSchema trusted(*connection_);
  Statement rows = connection_->query(fmt::format("SELECT * FROM {}", view));
  std::vector<std::string> names;
  for (int i = 0; i < rows.column_count(); ++i) names.push_back(rows.column_name(i));
  std::vector<std::optional<std::string>> cells(names.size());
  while (rows.step()) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      cells[i] = cell_text(rows, static_cast<int>(i));
    }
    row(names, cells);
  }
}

}  // namespace winnow::store
