// The questions a store answers. Each is one query, also where a trial has several values: its rows
// come joined and adjacent, so that ten thousand trials cost one pass.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "storage/event_kinds.hpp"
#include "storage/known_trials.hpp"
#include "storage/metrics.hpp"
#include "storage/rows.hpp"
#include "storage/sqlite.hpp"
#include "storage/store.hpp"
#include "storage/study_lock.hpp"

namespace winnow::store {
namespace {

constexpr int first_value_column = 17;

constexpr std::string_view trial_columns =
    "SELECT t.number, s.names, c.\"values\", t.role, t.parent, t.max_steps, coalesce(t.memo, '[]'),"
    " t.seed, t.data_seed, t.fold, t.replicate, t.history, t.state, t.reason, t.told,";

// One row for each trial of `selection` (which yields the columns of trials) and value of its
// result.
std::string trials_sql(std::string_view selection, std::string_view order) {
  return fmt::format(
      "{} (SELECT total(a.elapsed_s) FROM attempts a WHERE a.trial = t.number),"
      " (SELECT count(*) FROM attempts a WHERE a.trial = t.number),"
      " m.name, r.value, r.non_finite"
      " FROM ({}) t JOIN configurations c ON c.id = t.configuration JOIN shapes s ON s.id = c.shape"
      " LEFT JOIN results r ON r.trial = t.number LEFT JOIN metrics m ON m.id = r.metric"
      " ORDER BY {}",
      trial_columns, selection, order);
}

std::optional<TrialNumber> trial_or_nothing(const std::optional<std::int64_t>& number) {
  return number ? std::optional(TrialNumber{*number}) : std::nullopt;
}

/// Names of parameters as they were read last: most trials of a study have the same.
class LastNames final {
 public:
  const std::vector<std::string>& read(std::string json) {
    if (json != json_) {
      names_ = names_from_json(json);
      json_ = std::move(json);
    }
    return names_;
  }

 private:
  std::string json_;
  std::vector<std::string> names_;
};

TrialRow trial_from(const Statement& row, LastNames& names) {
  TrialRow trial;
  Suggestion& suggestion = trial.trial.suggestion;
  suggestion.number.value = row.column<std::int64_t>(0);
  suggestion.point =
      point_from_json(names.read(row.column<std::string>(1)), row.column<std::string>(2));
  trial.trial.role = role_from(row.column<std::string>(3));
  suggestion.parent = trial_or_nothing(row.column<std::optional<std::int64_t>>(4));
  suggestion.budget.max_steps = row.column<std::optional<std::int64_t>>(5);
  suggestion.memo = numbers_from_json(row.column<std::string>(6));
  trial.trial.seed = unsigned_bits(row.column<std::int64_t>(7));
  trial.trial.data_seed = unsigned_bits(row.column<std::int64_t>(8));
  trial.trial.fold = row.column<std::optional<int>>(9);
  trial.trial.replicate = row.column<int>(10);
  trial.trial.history = row.column<std::int64_t>(11);
  trial.state = state_from(row.column<std::string>(12));
  trial.reason = row.column<std::string>(13);
  trial.told = row.column<std::optional<std::int64_t>>(14);
  trial.elapsed_s = row.column<double>(15);
  trial.attempts = row.column<int>(16);
  return trial;
}

std::vector<TrialRow> read_trials(Statement rows) {
  std::vector<TrialRow> trials;
  LastNames names;
  while (rows.step()) {
    const auto number = rows.column<std::int64_t>(0);
    if (trials.empty() || trials.back().trial.suggestion.number.value != number) {
      trials.push_back(trial_from(rows, names));
    }
    const auto metric = rows.column<std::optional<std::string>>(first_value_column);
    if (!metric) continue;
    const NumberColumns columns = {rows.column<std::optional<double>>(first_value_column + 1),
                                   rows.column<std::optional<std::string>>(first_value_column + 2)};
    trials.back().values.emplace(*metric, number_from(columns));
  }
  return trials;
}

}  // namespace

StudyRow Store::study() const {
  Statement row = connection_->query(
      "SELECT name, spec, config_text, config_path, seed, objectives, winnow_version, created_at,"
      " run_time_s + (SELECT total(run_time_s) FROM sessions WHERE ended_at IS NULL), ending"
      " FROM study");
  if (!row.step()) {
    throw StoreError(StoreFault::damaged, "read", connection_->file(), {.text = "it has no study"});
  }
  StudyRow study;
  study.name = row.column<std::string>(0);
  study.spec = row.column<std::string>(1);
  study.config_text = row.column<std::string>(2);
  study.config_path = row.column<std::string>(3);
  study.seed = unsigned_bits(row.column<std::int64_t>(4));
  study.objectives = objectives_from_json(row.column<std::string>(5));
  study.winnow_version = row.column<std::string>(6);
  study.created_at = row.column<std::string>(7);
  study.run_time_s = row.column<double>(8);
  study.ending = row.column<std::optional<std::string>>(9);
  return study;
}

std::optional<LockHolder> Store::unended_session() const {
  Statement row = connection_->query(
      "SELECT pid, host, boot_id, started_at FROM sessions WHERE ended_at IS NULL"
      " AND id = (SELECT max(id) FROM sessions)");
  if (!row.step()) return std::nullopt;
  LockHolder holder;
  holder.pid = row.column<std::int64_t>(0);
  holder.host = row.column<std::string>(1);
  holder.boot_id = row.column<std::string>(2);
  holder.since = row.column<std::string>(3);
  return holder;
}

std::int64_t Store::tells() const {
  return *connection_->first<std::int64_t>("SELECT tells FROM counters");
}

TrialCounts Store::counts() const {
  TrialCounts counts;
  // Numbers have no holes, and completed is what is left: a million of them need not be counted.
  Statement rows = connection_->query(
      "SELECT state, count(*) FROM trials WHERE state_code <> 0 GROUP BY state_code");
  while (rows.step()) {
    const auto count = rows.column<std::int64_t>(1);
    switch (state_from(rows.column<std::string>(0))) {
      case TrialState::queued:
        counts.queued = count;
        break;
      case TrialState::running:
        counts.running = count;
        break;
      case TrialState::completed:
        break;
      case TrialState::stopped:
        counts.stopped = count;
        break;
      case TrialState::failed:
        counts.failed = count;
        break;
      case TrialState::cancelled:
        counts.cancelled = count;
        break;
    }
  }
  const auto last = last_trial();
  counts.completed = (last ? last->value + 1 : 0) - counts.total();
  counts.infeasible = *connection_->first<std::int64_t>(
      "SELECT count(*) FROM trials WHERE state_code = ?1 AND state_code <> 0"
      " AND reason GLOB 'infeasible*'",
      code_of(TrialState::failed));
  return counts;
}

std::optional<TrialRow> Store::trial(TrialNumber number) const {
  static const std::string sql = trials_sql("SELECT * FROM trials WHERE number = ?1", "t.number");
  std::vector<TrialRow> found = read_trials(connection_->query(sql, number.value));
  return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

std::optional<TrialRow> Store::trial_alone(TrialNumber number) const {
  static const std::string sql =
      std::string(trial_columns) +
      " 0.0, 0, NULL, NULL, NULL FROM trials t JOIN configurations c ON c.id = t.configuration"
      " JOIN shapes s ON s.id = c.shape WHERE t.number = ?1";
  std::vector<TrialRow> found = read_trials(connection_->query(sql, number.value));
  return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

std::int64_t Store::known_trials() const {
  return connection_
      ->first<std::int64_t>("SELECT record ->> '$.trials' FROM decisions WHERE kind = ?1",
                            known_trials_kind)
      .value_or(0);
}

std::vector<std::string> Store::prior_studies() const {
  std::vector<std::string> records;
  Statement row = connection_->query("SELECT record FROM decisions WHERE kind = ?1 ORDER BY id",
                                     prior_study_kind);
  while (row.step()) records.push_back(row.column<std::string>(0));
  return records;
}

bool Store::was_enqueued(TrialNumber number) const {
  return connection_
      ->first<int>("SELECT 1 FROM events WHERE kind = ?1 AND trial = ?2", events::trial_enqueued,
                   number.value)
      .has_value();
}

std::optional<TrialNumber> Store::last_trial() const {
  return trial_or_nothing(
      *connection_->first<std::optional<std::int64_t>>("SELECT max(number) FROM trials"));
}

std::vector<TrialRow> Store::trials(std::int64_t offset, std::int64_t limit) const {
  // Numbers have no holes: the offset is a number, found without counting.
  static const std::string sql =
      trials_sql("SELECT * FROM trials WHERE number >= ?1 ORDER BY number LIMIT ?2", "t.number");
  return read_trials(connection_->query(sql, offset, limit));
}

std::vector<TrialRow> Store::trials_in_state(TrialState state) const {
  // The second term, true for all states but one, is what lets SQLite use the index.
  const std::string_view indexed = state == TrialState::completed ? "" : " AND state_code <> 0";
  const std::string sql =
      trials_sql(fmt::format("SELECT * FROM trials WHERE state_code = ?1{}", indexed), "t.number");
  return read_trials(connection_->query(sql, code_of(state)));
}

std::vector<TrialRow> Store::best(const Objective& objective, std::int64_t limit) const {
  const auto metric = find_metric(*connection_, objective.metric);
  if (!metric) return {};
  // What lets SQLite use the index, which holds the results of the study's objectives.
  const std::string_view indexed = *metric < 0 ? " AND loss.metric < 0" : "";
  const std::string_view order =
      objective.direction == Direction::minimize ? "loss.value" : "loss.value DESC";
  const std::string selection = fmt::format(
      "SELECT trials.*, loss.value AS measured FROM results loss JOIN trials ON number = loss.trial"
      " WHERE loss.metric = ?1{} AND loss.value IS NOT NULL AND state_code = 0 AND role_code = 0"
      " ORDER BY {}, loss.trial LIMIT ?2",
      indexed, order);
  const std::string sql = trials_sql(selection, objective.direction == Direction::minimize
                                                    ? "t.measured, t.number"
                                                    : "t.measured DESC, t.number");
  return read_trials(connection_->query(sql, *metric, limit));
}

std::vector<TrialRow> Store::untold() const {
  static const std::string sql =
      trials_sql("SELECT * FROM trials WHERE told IS NULL AND role_code = 0", "t.number");
  return read_trials(connection_->query(sql));
}

}  // namespace winnow::store
