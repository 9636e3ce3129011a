#include "storage/offered_checkpoints.hpp"

namespace winnow::store {

std::vector<OfferedCheckpoint> offered_checkpoints(Connection& connection, std::string_view metric,
                                                   std::optional<TrialNumber> trial) {
  std::optional<std::int64_t> number;
  if (trial) number = trial->value;
  Statement rows = connection.query(
      "SELECT c.id, c.trial, c.step, c.path,"
      " (SELECT m.value FROM measurements m JOIN attempts a ON a.id = m.attempt"
      "  WHERE a.trial = c.trial AND m.metric = (SELECT id FROM metrics WHERE name = ?1)"
      "  AND m.step = c.step AND m.superseded = 0 ORDER BY a.ordinal DESC, m.line DESC LIMIT 1),"
      " t.state"
      " FROM checkpoints c JOIN trials t ON t.number = c.trial WHERE c.superseded = 0 AND (?2 IS "
      "NULL OR c.trial = ?2)"
      " ORDER BY c.trial, c.attempt, c.step, c.id",
      metric, number);
  std::vector<OfferedCheckpoint> checkpoints;
  while (rows.step()) {
    const auto state = rows.column<std::string>(5);
    checkpoints.push_back({.id = rows.column<std::int64_t>(0),
                           .trial = TrialNumber{rows.column<std::int64_t>(1)},
                           .step = rows.column<std::int64_t>(2),
                           .path = rows.column<std::string>(3),
                           .value = rows.column<std::optional<double>>(4),
                           .has_ended = state != "queued" && state != "running",
                           .competes = state == "completed"});
  }
  return checkpoints;
}

void withdraw_checkpoints(Connection& connection, std::span<const std::int64_t> ids) {
  Transaction transaction(connection);
  for (const std::int64_t id : ids) {
    connection.run("UPDATE checkpoints SET superseded = 1 WHERE id = ?1", id);
  }
  transaction.commit();
}

std::vector<std::string> withdrawn_paths(Connection& connection, TrialNumber trial) {
  Statement rows = connection.query(
      "SELECT DISTINCT path FROM checkpoints WHERE trial = ?1 AND superseded = 1 AND path NOT IN"
      " (SELECT path FROM checkpoints WHERE trial = ?1 AND superseded = 0) ORDER BY path",
      trial.value);
  std::vector<std::string> paths;
  while (rows.step()) paths.push_back(rows.column<std::string>(0));
  return paths;
}

std::vector<TrialNumber> trials_with_withdrawn(Connection& connection) {
  Statement rows = connection.query(
      "SELECT DISTINCT trial FROM checkpoints WHERE superseded = 1 ORDER BY trial");
  std::vector<TrialNumber> trials;
  while (rows.step()) trials.push_back(TrialNumber{rows.column<std::int64_t>(0)});
  return trials;
}

}  // namespace winnow::store
