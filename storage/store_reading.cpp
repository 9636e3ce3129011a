// The questions a store answers. Each is one query, also where a trial has several values: its rows
// come joined and adjacent, so that ten thousand trials cost one pass.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string>
#include <utility>

#include "storage/event_kinds.hpp"
#include "storage/known_trials.hpp"
#include "storage/rows.hpp"
#include "storage/sqlite.hpp"
#include "storage/store.hpp"

namespace winnow::store {
namespace {

constexpr int first_value_column = 16;

constexpr std::string_view trial_columns =
    "SELECT t.number, c.point, t.role, t.parent, t.max_steps, t.memo, t.seed, t.data_seed, t.fold,"
    " t.replicate, t.history, t.state, t.reason, t.told, t.elapsed_s,";

// One row for each trial of `selection` (which yields the columns of trials) and value of its
// result.
std::string trials_sql(std::string_view selection, std::string_view order) {
  return fmt::format(
      "{} (SELECT count(*) FROM attempts a WHERE a.trial = t.number),"
      " r.metric, r.value, r.non_finite"
      " FROM ({}) t JOIN configurations c ON c.id = t.configuration"
      " LEFT JOIN results r ON r.trial = t.number ORDER BY {}",
      trial_columns, selection, order);
}

std::optional<TrialNumber> trial_or_nothing(const std::optional<std::int64_t>& number) {
  return number ? std::optional(TrialNumber{*number}) : std::nullopt;
}

TrialRow trial_from(const Statement& row) {
  TrialRow trial;
  Suggestion& suggestion = trial.trial.suggestion;
  suggestion.number.value = row.column<std::int64_t>(0);
  suggestion.point = point_from_json(row.column<std::string>(1));
  trial.trial.role = role_from(row.column<std::string>(2));
  suggestion.parent = trial_or_nothing(row.column<std::optional<std::int64_t>>(3));
  suggestion.budget.max_steps = row.column<std::optional<std::int64_t>>(4);
  suggestion.memo = numbers_from_json(row.column<std::string>(5));
  trial.trial.seed = unsigned_bits(row.column<std::int64_t>(6));
  trial.trial.data_seed = unsigned_bits(row.column<std::int64_t>(7));
  trial.trial.fold = row.column<std::optional<int>>(8);
  trial.trial.replicate = row.column<int>(9);
  trial.trial.history = row.column<std::int64_t>(10);
  trial.state = state_from(row.column<std::string>(11));
  trial.reason = row.column<std::string>(12);
  trial.told = row.column<std::optional<std::int64_t>>(13);
  trial.elapsed_s = row.column<double>(14);
  trial.attempts = row.column<int>(15);
  return trial;
}

std::vector<TrialRow> read_trials(Statement rows) {
  std::vector<TrialRow> trials;
  while (rows.step()) {
    const auto number = rows.column<std::int64_t>(0);
    if (trials.empty() || trials.back().trial.suggestion.number.value != number) {
      trials.push_back(trial_from(rows));
    }
    const auto metric = rows.column<std::optional<std::string>>(first_value_column);
    if (!metric) continue;
    const NumberColumns columns = {rows.column<std::optional<double>>(first_value_column + 1),
                                   rows.column<std::optional<std::string>>(first_value_column + 2)};
    trials.back().values.emplace(*metric, number_from(columns));
  }
  return trials;
}

Outcome outcome_of(TrialRow row, const std::vector<Objective>& objectives) {
  Outcome outcome;
  switch (row.state) {
    case TrialState::completed:
      outcome.ending = Ending::completed;
      break;
    case TrialState::stopped:
      outcome.ending = Ending::stopped;
      break;
    case TrialState::failed:
      outcome.ending = Ending::failed;
      break;
    default:
      expect(row.state == TrialState::cancelled, "a trial that was told has ended");
      outcome.ending = Ending::cancelled;
  }
  outcome.suggestion = std::move(row.trial.suggestion);
  outcome.elapsed_s = row.elapsed_s;
  if (row.state != TrialState::completed && row.state != TrialState::stopped) return outcome;
  for (const Objective& objective : objectives) {
    const auto value = row.values.find(objective.metric);
    if (value == row.values.end() || !std::isfinite(value->second)) {
      outcome.losses.clear();
      break;
    }
    outcome.losses.push_back(to_loss(objective, value->second));
  }
  return outcome;
}

}  // namespace

StudyRow Store::study() const {
  Statement row = connection_->query(
      "SELECT name, spec, config_text, config_path, seed, objectives, winnow_version, created_at,"
      " run_time_s + (SELECT total(run_time_s) FROM sessions WHERE ended_at IS NULL), ending, tells"
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
  study.tells = row.column<std::int64_t>(10);
  return study;
}

TrialCounts Store::counts() const {
  TrialCounts counts;
  // Numbers have no holes, and completed is what is left: a million of them need not be counted.
  Statement rows = connection_->query(
      "SELECT state, count(*) FROM trials WHERE state <> 'completed' GROUP BY state");
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
      "SELECT count(*) FROM trials WHERE state = 'failed' AND state <> 'completed'"
      " AND reason GLOB 'infeasible*'");
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
      " 0, NULL, NULL, NULL FROM trials t JOIN configurations c ON c.id = t.configuration"
      " WHERE t.number = ?1";
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
  const std::string_view indexed =
      state == TrialState::completed ? "" : " AND state <> 'completed'";
  const std::string sql =
      trials_sql(fmt::format("SELECT * FROM trials WHERE state = ?1{}", indexed), "t.number");
  return read_trials(connection_->query(sql, winnow::to_text(state)));
}

std::vector<TrialRow> Store::best(const Objective& objective, std::int64_t limit) const {
  const std::string_view order =
      objective.direction == Direction::minimize ? "loss.value" : "loss.value DESC";
  const std::string selection = fmt::format(
      "SELECT trials.*, loss.value AS measured FROM results loss JOIN trials ON number = loss.trial"
      " WHERE loss.metric = ?1 AND loss.value IS NOT NULL AND state = 'completed'"
      " AND role = 'search'"
      " ORDER BY {}, loss.trial LIMIT ?2",
      order);
  const std::string sql = trials_sql(selection, objective.direction == Direction::minimize
                                                    ? "t.measured, t.number"
                                                    : "t.measured DESC, t.number");
  return read_trials(connection_->query(sql, objective.metric, limit));
}

std::vector<Outcome> Store::outcomes(std::int64_t first, std::int64_t limit) const {
  static const std::string sql =
      trials_sql("SELECT * FROM trials WHERE told >= ?1 ORDER BY told LIMIT ?2", "t.told");
  const std::vector<Objective> objectives = study().objectives;
  std::vector<Outcome> outcomes;
  for (TrialRow& row : read_trials(connection_->query(sql, first, limit))) {
    outcomes.push_back(outcome_of(std::move(row), objectives));
  }
  return outcomes;
}

std::vector<TrialRow> Store::ended_untold() const {
  static const std::string sql = trials_sql(
      "SELECT * FROM trials WHERE told IS NULL AND role = 'search'"
      " AND state IN ('completed', 'stopped', 'failed', 'cancelled')",
      "t.number");
  return read_trials(connection_->query(sql));
}

}  // namespace winnow::store
