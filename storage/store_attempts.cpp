// The verbs that change attempts: a row before its process, the process, its reports, its end.
#include <map>
#include <nlohmann/json.hpp>

#include "storage/attempt_names.hpp"
#include "storage/event_kinds.hpp"
#include "storage/metrics.hpp"
#include "storage/rows.hpp"
#include "storage/sqlite.hpp"
#include "storage/store.hpp"
#include "storage/wall_time.hpp"

namespace winnow::store {
namespace {

struct AttemptPlace {
  TrialNumber trial;
  std::string state;
  std::int64_t offset = 0;
};

AttemptPlace place_of(Connection& connection, AttemptId attempt) {
  Statement row = connection.query("SELECT trial, state, report_offset FROM attempts WHERE id = ?1",
                                   attempt.value);
  expect(row.step(), "the attempt is in the store");
  return {TrialNumber{row.column<std::int64_t>(0)}, row.column<std::string>(1),
          row.column<std::int64_t>(2)};
}

bool is_sampled(Connection& connection, AttemptId attempt) {
  return connection
      .first<int>("SELECT 1 FROM events WHERE attempt = ?1 AND kind = ?2", attempt.value,
                  events::reports_sampled)
      .has_value();
}

}  // namespace

AttemptId Store::start_attempt(const NewAttempt& attempt) {
  Transaction transaction(*connection_);
  const AttemptId id = write_attempt(attempt);
  commit(transaction);
  return id;
}

AttemptId Store::write_attempt(const NewAttempt& attempt) {
  expect(session_.has_value(), "an attempt belongs to a session that has begun");
  expect(attempt.resumed_from || !attempt.resumed_step, "a resumed step needs its checkpoint");
  expect(attempt.ordinal == 1 || attempt.resumed_step || !attempt.resumed_from,
         "a later attempt that resumes says from which step");
  const auto next = connection_->first<int>(
      "SELECT coalesce(max(ordinal), 0) + 1 FROM attempts WHERE trial = ?1", attempt.trial.value);
  expect(attempt.ordinal == next, "attempts of a trial are numbered from 1 without a hole");
  move_trial(attempt.trial, TrialState::running, "");
  if (attempt.ordinal > 1) supersede(attempt.trial, attempt.resumed_step);
  const bool is_of_session =
      session_token_ && attempt.token == new_token(attempt.trial, attempt.ordinal);
  const bool is_usual = attempt.folder == attempt_folder(attempt.trial, attempt.ordinal);
  // started_seq is its row of the log.
  connection_->run(
      "INSERT INTO attempts(trial, ordinal, session, own_token, slot, gpus, own_folder,"
      " resumed_from, resumed_step, started_ms, started_seq)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
      attempt.trial.value, attempt.ordinal, session_->value,
      if_any(is_of_session ? "" : attempt.token), attempt.slot,
      if_any(attempt.gpus.empty() ? "" : integers_json(attempt.gpus)),
      if_any(is_usual ? "" : attempt.folder), attempt.resumed_from, attempt.resumed_step, now_ms(),
      next_event());
  return AttemptId{connection_->last_insert_id()};
}

std::string Store::new_token(TrialNumber trial, int ordinal) const {
  expect(session_token_.has_value(), "tokens begin with that of a session that has one");
  return attempt_token(*session_token_, trial, ordinal);
}

// What earlier attempts reported beyond the step at which this one starts will be reported again;
// what they said they ended with was not the end. Of a trial that is stopped early nothing beyond
// the step of the order counts.
void Store::supersede(TrialNumber trial, std::optional<std::int64_t> beyond_step) {
  connection_->run(
      "UPDATE measurements SET superseded = 1"
      " WHERE attempt IN (SELECT id FROM attempts WHERE trial = ?1)"
      " AND (?2 IS NULL OR step > ?2 OR is_final = 1)",
      trial.value, beyond_step);
  connection_->run(
      "UPDATE checkpoints SET superseded = 1 WHERE trial = ?1 AND (?2 IS NULL OR step > ?2)",
      trial.value, beyond_step);
}

void Store::record_process(AttemptId attempt, const ProcessIdentity& process) {
  Transaction transaction(*connection_);
  const AttemptPlace place = place_of(*connection_, attempt);
  expect(place.state == "starting", "a process is recorded once, before it runs");
  connection_->run(
      "UPDATE attempts SET pid = ?2, pid_started = ?3, boot_id ="
      " nullif(?4, (SELECT s.boot_id FROM sessions s WHERE s.id = session)) WHERE id = ?1",
      attempt.value, process.pid, process.started, process.boot_id);
  commit(transaction);
}

void Store::record_stop(AttemptId attempt, StopCause cause) {
  expect(cause != StopCause::none && cause != StopCause::early_stop,
         "an order to stop has a cause, an early one its reason as well");
  Transaction transaction(*connection_);
  write_stop(attempt, cause, std::nullopt);
  commit(transaction);
}

void Store::record_early_stop(AttemptId attempt, const EarlyStop& stop) {
  Transaction transaction(*connection_);
  write_stop(attempt, StopCause::early_stop, stop);
  commit(transaction);
}

void Store::write_stop(AttemptId attempt, StopCause cause, const std::optional<EarlyStop>& early) {
  const AttemptPlace place = place_of(*connection_, attempt);
  expect(place.state == "running", "only what runs is told to stop");
  nlohmann::ordered_json detail = {{"cause", *column_of(cause)}};
  std::optional<std::int64_t> step;
  std::optional<std::string> reason;
  if (early) {
    step = early->last_step;
    reason = early->reason;
    detail.update({{"step", *step}, {"reason", *reason}});
  }
  connection_->run(
      "UPDATE attempts SET stop_cause = ?2, stop_step = ?3, stop_reason = ?4"
      " WHERE id = ?1 AND stop_cause IS NULL",
      attempt.value, column_of(cause), step, reason);
  write_event(events::stop_ordered, place.trial, attempt, detail.dump());
}

void Store::add_reports(AttemptId attempt, const ReportBatch& batch) {
  Transaction transaction(*connection_);
  write_reports(attempt, batch);
  commit_or_defer(transaction);
}

void Store::write_reports(AttemptId attempt, const ReportBatch& batch) {
  const AttemptPlace place = place_of(*connection_, attempt);
  expect(place.state != "ended", "an ended attempt reports nothing");
  expect(batch.offset >= place.offset, "the report file is read forwards");
  if (batch.offset == place.offset && batch.measurements.empty() && batch.checkpoints.empty())
    return;
  std::map<std::string, std::int64_t> metric_ids;  // thousands of rows, a handful of names
  for (const auto& [line, measurement, is_final] : batch.measurements) {
    expect(line >= place.offset && line < batch.offset, "a report line lies in the part just read");
    const NumberColumns number = columns_of(measurement.value);
    const auto [known, is_new] = metric_ids.try_emplace(measurement.metric);
    if (is_new) known->second = metric_id(*connection_, measurement.metric);
    connection_->run(
        "INSERT INTO measurements(attempt, line, metric, step, value, non_finite, elapsed_s,"
        " is_final) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        attempt.value, line, known->second, measurement.step, number.value, number.non_finite,
        measurement.elapsed_s, is_final ? 1 : 0);
  }
  if (batch.begins_sampling && !is_sampled(*connection_, attempt)) {
    write_event(events::reports_sampled, place.trial, attempt, "{}");
  }
  for (const auto& [step, path] : batch.checkpoints) {
    // The folder was written anew: what an earlier row says of it is no longer so.
    connection_->run("UPDATE checkpoints SET superseded = 1 WHERE trial = ?1 AND path = ?2",
                     place.trial.value, path);
    connection_->run(
        "INSERT OR REPLACE INTO checkpoints(trial, attempt, step, path) VALUES (?1, ?2, ?3, ?4)",
        place.trial.value, attempt.value, step, path);
  }
  connection_->run("UPDATE attempts SET report_offset = ?2, elapsed_s = ?3 WHERE id = ?1",
                   attempt.value, batch.offset, batch.elapsed_s);
}

void Store::end_attempt(AttemptId attempt, const ReportBatch& last,
                        const AttemptEndRow& attempt_end, const std::optional<TrialEndRow>& end) {
  Transaction transaction(*connection_);
  const AttemptPlace place = place_of(*connection_, attempt);
  expect(place.state != "ended", "an attempt ends once");
  write_reports(attempt, last);
  connection_->run(
      "UPDATE attempts SET own_ending = nullif(?2, 'finished'), counts = ?3, exit_code = ?4,"
      " signal = ?5, message = ?6, pid_started = NULL, ended_ms = ?7,"
      " elapsed_s = ?8, cpu_s = coalesce(?9, cpu_s), max_rss_bytes = coalesce(?10, max_rss_bytes)"
      " WHERE id = ?1",
      attempt.value, attempt_end.ending, attempt_end.counts ? 1 : 0, attempt_end.exit_code,
      attempt_end.signal, if_any(attempt_end.message), now_ms(), attempt_end.elapsed_s,
      attempt_end.cpu_s, attempt_end.max_rss_bytes);
  if (end) {
    if (end->last_step) supersede(place.trial, end->last_step);
    write_trial_end(place.trial, *end, attempt);
  } else {
    move_trial(place.trial, TrialState::queued, "");
    write_event(events::trial_requeued, place.trial, attempt, "{}");
  }
  commit_or_defer(transaction);
}

}  // namespace winnow::store
