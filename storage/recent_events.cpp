#include "storage/recent_events.hpp"

#include <string>

#include "storage/sqlite.hpp"

namespace winnow::store {
namespace {

/// Of `table`, which is the events themselves or the log that has them all.
std::vector<EventRow> rows_after(Connection& connection, const std::string& table,
                                 std::int64_t after_seq) {
  Statement rows = connection.query(
      "SELECT seq, kind, trial, attempt, coalesce(detail, '{}'),"
      " strftime('%Y-%m-%dT%H:%M:%fZ', at_ms / 1000.0, 'unixepoch')"
      " FROM " +
          table + " WHERE seq > ?1 ORDER BY seq",
      after_seq);
  std::vector<EventRow> events;
  while (rows.step()) {
    EventRow& event = events.emplace_back();
    event.seq = rows.column<std::int64_t>(0);
    event.kind = rows.column<std::string>(1);
    if (const auto trial = rows.column<std::optional<std::int64_t>>(2)) {
      event.trial = TrialNumber{*trial};
    }
    if (const auto attempt = rows.column<std::optional<std::int64_t>>(3)) {
      event.attempt = AttemptId{*attempt};
    }
    event.detail = rows.column<std::string>(4);
    event.at = rows.column<std::string>(5);
  }
  return events;
}

}  // namespace

std::vector<EventRow> Store::events(std::int64_t after_seq) const {
  return rows_after(*connection_, "log", after_seq);
}

std::vector<EventRow> recent_events(const Store& store, std::int64_t after_seq) {
  return rows_after(store.connection(), "events", after_seq);
}

}  // namespace winnow::store
