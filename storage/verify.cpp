#include "storage/verify.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "storage/rows.hpp"
#include "storage/sqlite.hpp"

namespace winnow::store {
namespace {

/// A question whose every row is a violation: `sentence` has a {} for each column of the row.
struct Question {
  std::string_view sentence;
  std::string_view sql;
};

constexpr std::array questions = {
    Question{"I2: trial {} has {} attempts alive at once",
             "SELECT trial, count(*) FROM attempts WHERE ended_ms IS NULL GROUP BY trial"
             " HAVING count(*) > 1"},
    Question{"I2: trial {} has {} endings in the event log instead of {}",
             "SELECT * FROM (SELECT number, coalesce(ends, 0) AS n,"
             " state NOT IN ('queued', 'running') AS due FROM trials LEFT JOIN"
             " (SELECT trial, count(*) AS ends FROM log WHERE kind IN ('trial_completed',"
             " 'trial_stopped', 'trial_failed', 'trial_cancelled') GROUP BY trial)"
             " ON trial = number) WHERE n <> due"},
    Question{"I2: trial {} is {} but has a result already",
             "SELECT DISTINCT number, state FROM trials JOIN results ON trial = number"
             " WHERE state IN ('queued', 'running')"},
    Question{"I2: trial {} went on with attempt {} after attempt {}, which says {}",
             "SELECT a.trial, b.ordinal, a.ordinal, a.ending FROM attempts a JOIN attempts b"
             " ON b.trial = a.trial AND b.ordinal = a.ordinal + 1 WHERE a.ending IN ('finished',"
             " 'infeasible', 'no_metric', 'non_finite', 'config_wrong', 'reports_lost',"
             " 'timed_out', 'stopped', 'killed', 'orchestrator_fault') OR (a.ending = 'result_oom' "
             "AND a.counts)"},
    Question{
        "I2: trial {} was stopped early at step {} but counts a number of step {}",
        "SELECT a.trial, a.stop_step, m.step FROM attempts a JOIN trials t ON t.number = a.trial"
        " JOIN measurements m ON m.attempt = a.id WHERE t.state = 'stopped'"
        " AND m.superseded = 0 AND m.step > a.stop_step"},
    Question{"I4: trial {} is running but has no attempt that goes on",
             "SELECT number FROM trials WHERE state = 'running' AND NOT EXISTS"
             " (SELECT 1 FROM attempts WHERE trial = number AND ended_ms IS NULL)"},
    Question{"I4: attempt {} is {} but its trial {} is {}",
             "SELECT a.id, a.state, t.number, t.state FROM attempts a JOIN trials t"
             " ON t.number = a.trial WHERE a.ended_ms IS NULL AND t.state <> 'running'"},
    Question{"I4: the study is over ({}) but trial {} is {}",
             "SELECT study.ending, number, state FROM study JOIN trials"
             " WHERE study.ending IS NOT NULL AND state IN ('queued', 'running') ORDER BY number"},
    Question{"I5: there are {} trials but the last has number {}",
             "SELECT * FROM (SELECT count(*) AS n, max(number) AS last FROM trials)"
             " WHERE n > 0 AND last <> n - 1"},
    Question{"I5: the point of configuration {} has {} rows",
             "SELECT min(id), count(*) FROM configurations GROUP BY shape, \"values\""
             " HAVING count(*) > 1"},
    Question{"I3: token {} belongs to {} attempts",
             "SELECT own_token, count(*) FROM attempts WHERE own_token IS NOT NULL"
             " GROUP BY own_token HAVING count(*) > 1"},
    Question{"I3: token {} belongs to {} sessions",
             "SELECT token, count(*) FROM sessions WHERE token IS NOT NULL"
             " GROUP BY token HAVING count(*) > 1"},
    Question{"I3: attempt {} has no token",
             "SELECT a.id FROM attempts a JOIN sessions s ON s.id = a.session"
             " WHERE a.own_token IS NULL AND s.token IS NULL"},
    Question{
        "I6: {} outcomes were told, the last with place {}, and the study says {}",
        "SELECT * FROM (SELECT count(told) AS n, coalesce(max(told), -1) AS last,"
        " (SELECT tells FROM counters) AS tells FROM trials) WHERE last <> n - 1 OR tells <> n"},
    Question{"I6: trial {} was told with a place below 0: {}",
             "SELECT number, told FROM trials WHERE told < 0"},
    Question{"I6: trial {} was told but is {}",
             "SELECT number, state FROM trials WHERE told IS NOT NULL"
             " AND state IN ('queued', 'running')"},
    Question{"I7: foreign_key_check found row {1} of {0} to refer to nothing in {2}",
             "SELECT \"table\", coalesce(rowid, '?'), parent FROM pragma_foreign_key_check"},
    Question{"I7: trial {} is {} but its last event says {}",
             // With max() the other columns of a group are those of the row that has it.
             "SELECT number, state, coalesce(said, 'nothing') AS last FROM trials LEFT JOIN"
             " (SELECT trial, max(seq), CASE kind WHEN 'attempt_started' THEN 'running'"
             " WHEN 'trial_added' THEN 'queued' WHEN 'trial_requeued' THEN 'queued'"
             " ELSE substr(kind, 7) END AS said FROM log WHERE kind IN ('trial_added',"
             " 'attempt_started', 'trial_requeued', 'trial_completed', 'trial_stopped',"
             " 'trial_failed', 'trial_cancelled') GROUP BY trial)"
             " ON trial = number WHERE last <> state"},
    Question{"I7: attempt {} of trial {} is number {} of its trial instead of {}",
             "SELECT * FROM (SELECT id, trial, ordinal,"
             " row_number() OVER (PARTITION BY trial ORDER BY ordinal) AS due FROM attempts)"
             " WHERE ordinal <> due"},
    Question{
        "I7: attempt {} goes on and has an ending already: {}",
        "SELECT id, own_ending FROM attempts WHERE ended_ms IS NULL AND own_ending IS NOT NULL"},
    Question{"I7: the study is over ({}) with {} decisions about its result",
             "SELECT ending, n FROM study JOIN (SELECT count(*) AS n FROM decisions"
             " WHERE kind = 'chosen') WHERE ending IS NOT NULL AND n > 1"},
    Question{"I8: {} attempts share the folder {}",
             "SELECT count(*), folder FROM attempts GROUP BY folder HAVING count(*) > 1"},
    Question{
        "I7: the event log has {} rows, {} places, the last with number {}, and should have {}",
        "SELECT * FROM (SELECT count(*) AS n, count(DISTINCT seq) AS places,"
        " coalesce(max(seq), 0) AS last, (SELECT events FROM counters) AS due FROM log)"
        " WHERE n <> last OR n <> due OR n <> places"},
};

void ask(Connection& connection, const Question& question, std::vector<std::string>& violations) {
  Statement rows = connection.query(question.sql);
  while (rows.step()) {
    std::array<std::string, 4> cells;  // no question has more columns
    for (int i = 0; i < rows.column_count(); ++i) {
      cells.at(static_cast<std::size_t>(i)) = rows.column<std::string>(i);
    }
    violations.push_back(
        fmt::format(fmt::runtime(question.sentence), cells[0], cells[1], cells[2], cells[3]));
  }
}

void check_integrity(Connection& connection, std::vector<std::string>& violations) {
  Statement rows = connection.query("PRAGMA integrity_check");
  while (rows.step()) {
    const auto verdict = rows.column<std::string>(0);
    if (verdict != "ok") violations.push_back("I7: integrity_check says: " + verdict);
  }
}

// Results of the first schema have no hash.
void check_hashes(Connection& connection, std::vector<std::string>& violations) {
  Statement rows = connection.query(
      "SELECT r.trial, m.name, r.value, r.non_finite, r.hash FROM results r"
      " JOIN metrics m ON m.id = r.metric WHERE r.hash IS NOT NULL");
  while (rows.step()) {
    const TrialNumber trial{rows.column<std::int64_t>(0)};
    const auto metric = rows.column<std::string>(1);
    const NumberColumns number = {rows.column<std::optional<double>>(2),
                                  rows.column<std::optional<std::string>>(3)};
    if (result_hash(trial, metric, number) == rows.column<std::int64_t>(4)) continue;
    violations.push_back(fmt::format("I7: {} of trial {} is not what was written: it says {}",
                                     metric, trial.value, number_from(number)));
  }
}

void check_live(const Store& store, const LiveProcesses& live,
                std::vector<std::string>& violations) {
  for (const LiveProcess& process : live) {
    const std::optional<std::string> state = store.state_of_attempt(process.token);
    if (state == "running") continue;
    violations.push_back(fmt::format("I3: process {} has the token {}, whose attempt {}",
                                     process.pid, process.token,
                                     state ? "is " + *state : "is not in the store"));
  }
}

void check_rules(Connection& connection, const StudyRules& rules,
                 std::vector<std::string>& violations) {
  const auto trials =
      connection.first<std::int64_t>("SELECT count(*) FROM trials WHERE role_code = 0");
  if (rules.max_trials && *trials > *rules.max_trials) {
    violations.push_back(fmt::format("I5: there are {} search trials, {} more than max_trials",
                                     *trials, *trials - *rules.max_trials));
  }
  if (!rules.each_point_once) return;
  ask(connection,
      {"I5: point {} was visited by {} search trials",
       "SELECT (SELECT '{' || group_concat(json_quote(n.value) || ':' || (c.\"values\" -> n.key))"
       " || '}' FROM json_each(s.names) n), count(*) FROM trials t"
       " JOIN configurations c ON c.id = t.configuration JOIN shapes s ON s.id = c.shape"
       " WHERE t.role_code = 0 GROUP BY c.id HAVING count(*) > 1"},
      violations);
}

}  // namespace

std::vector<std::string> verify(const Store& store, const std::filesystem::path& study_folder,
                                const ReadValues& read_values, const LiveProcesses& live,
                                const StudyRules& rules) {
  Connection& connection = store.connection();
  std::vector<std::string> violations;
  // One moment of the store, also while its orchestrator goes on.
  Transaction snapshot(connection, Transaction::Kind::snapshot);
  check_integrity(connection, violations);
  check_hashes(connection, violations);
  for (const Question& question : questions) ask(connection, question, violations);
  check_live(store, live, violations);
  check_rules(connection, rules, violations);
  verify_files(store, study_folder, read_values, violations);
  snapshot.roll_back();
  return violations;
}

}  // namespace winnow::store
