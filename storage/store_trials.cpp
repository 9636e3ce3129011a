// The verbs that change trials: they are added, move from state to state, end and are told.
#include <cmath>
#include <nlohmann/json.hpp>

#include "storage/configurations.hpp"
#include "storage/event_kinds.hpp"
#include "storage/metrics.hpp"
#include "storage/rows.hpp"
#include "storage/sqlite.hpp"
#include "storage/store.hpp"

namespace winnow::store {

void Store::add_trial(const NewTrial& trial) {
  Transaction transaction(*connection_);
  write_trial(trial);
  write_event(events::trial_added, trial.suggestion.number, {}, "{}");
  commit(transaction);
}

void Store::add_enqueued_trial(const NewTrial& trial) {
  Transaction transaction(*connection_);
  write_trial(trial);
  write_event(events::trial_added, trial.suggestion.number, {}, "{}");
  write_event(events::trial_enqueued, trial.suggestion.number, {}, "{}");
  commit(transaction);
}

AttemptId Store::add_trial_and_start(const NewTrial& trial, const NewAttempt& attempt) {
  expect(trial.suggestion.number == attempt.trial, "the attempt is one of the trial");
  Transaction transaction(*connection_);
  write_trial(trial);
  const AttemptId id = write_attempt(attempt);
  commit(transaction);
  return id;
}

void Store::end_queued_trial(TrialNumber trial, const TrialEndRow& end) {
  Transaction transaction(*connection_);
  const auto state =
      connection_->first<std::string>("SELECT state FROM trials WHERE number = ?1", trial.value);
  expect(state == winnow::to_text(TrialState::queued), "a running trial ends with its attempt");
  write_trial_end(trial, end, std::nullopt);
  commit(transaction);
}

void Store::record_told(TrialNumber trial, std::int64_t told) {
  Transaction transaction(*connection_);
  write_told(trial, told);
  commit_or_defer(transaction);
}

void Store::add_example_scores(TrialNumber trial, std::string_view dataset, std::string_view metric,
                               const std::vector<double>& scores) {
  Transaction transaction(*connection_);
  std::int64_t example = 0;
  for (const double score : scores) {
    expect(std::isfinite(score), "the score of an example is finite");
    connection_->run(
        "INSERT INTO example_scores(trial, dataset, metric, example, score)"
        " VALUES (?1, ?2, ?3, ?4, ?5)",
        trial.value, dataset, metric, example++, score);
  }
  const nlohmann::json detail = {
      {"dataset", dataset}, {"metric", metric}, {"count", scores.size()}};
  write_event(events::example_scores_added, trial, {}, detail.dump());
  commit(transaction);
}

void Store::write_trial(const NewTrial& trial) {
  const Suggestion& suggestion = trial.suggestion;
  const auto next =
      connection_->first<std::int64_t>("SELECT coalesce(max(number) + 1, 0) FROM trials");
  expect(suggestion.number.value == next, "trials are numbered from 0 without a hole");
  const auto parent = suggestion.parent ? std::optional(suggestion.parent->value) : std::nullopt;
  connection_->run(
      "INSERT INTO trials(number, configuration, role_code, parent, max_steps, memo, seed,"
      " data_seed, fold, replicate, history, state_code)"
      " VALUES (?1, ?2, ?3, ?4, ?5, nullif(?6, '[]'), ?7, ?8, ?9, ?10, ?11, ?12)",
      suggestion.number.value, configuration_id(*connection_, suggestion.point),
      code_of(trial.role), parent, suggestion.budget.max_steps, numbers_json(suggestion.memo),
      signed_bits(trial.seed), signed_bits(trial.data_seed), trial.fold, trial.replicate,
      trial.history, code_of(TrialState::queued));
}

void Store::move_trial(TrialNumber trial, TrialState to, std::string_view reason) {
  const auto from =
      connection_->first<std::string>("SELECT state FROM trials WHERE number = ?1", trial.value);
  expect(from.has_value(), "the trial is in the store");
  expect(may_become(state_from(*from), to),
         "a trial that is " + *from + " may become " + std::string(winnow::to_text(to)));
  connection_->run("UPDATE trials SET state_code = ?2, reason = ?3 WHERE number = ?1", trial.value,
                   code_of(to), if_any(reason));
}

void Store::write_trial_end(TrialNumber trial, const TrialEndRow& end,
                            std::optional<AttemptId> attempt) {
  const TrialState state = state_of(end.ending);
  move_trial(trial, state, end.reason);
  for (const auto& [metric, value] : end.values) {
    const NumberColumns number = columns_of(value);
    connection_->run(
        "INSERT INTO results(trial, metric, value, non_finite, hash) VALUES (?1, ?2, ?3, ?4, ?5)",
        trial.value, metric_id(*connection_, metric), number.value, number.non_finite,
        result_hash(trial, metric, number));
  }
  write_end_of_trial_event(trial, state, attempt);
  if (end.told) write_told(trial, *end.told);
}

/// The ordinary case is a number in the attempt's row: it completes the trial in its own session.
void Store::write_end_of_trial_event(TrialNumber trial, TrialState state,
                                     std::optional<AttemptId> attempt) {
  const bool is_ordinary =
      state == TrialState::completed && attempt && session_ &&
      connection_->first<std::int64_t>("SELECT session FROM attempts WHERE id = ?1",
                                       attempt->value) == session_->value;
  if (!is_ordinary) return write_event(events::trial_ended(state), trial, {}, "{}");
  connection_->run("UPDATE attempts SET completed_seq = ?2 WHERE id = ?1", attempt->value,
                   next_event());
}

void Store::write_told(TrialNumber trial, std::int64_t told) {
  const auto before = connection_->first<std::int64_t>("SELECT tells FROM counters");
  expect(told == before, "outcomes are told in order, from 0 without a hole");
  const auto state = connection_->first<std::string>(
      "SELECT state FROM trials WHERE number = ?1 AND told IS NULL", trial.value);
  expect(state && is_ended(state_from(*state)), "only an ended trial is told, and once");
  connection_->run("UPDATE trials SET told = ?2 WHERE number = ?1", trial.value, told);
  connection_->run("UPDATE counters SET tells = tells + 1");
}

}  // namespace winnow::store
