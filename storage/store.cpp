#include "storage/store.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "storage/event_kinds.hpp"
#include "storage/migration.hpp"
#include "storage/rows.hpp"
#include "storage/sqlite.hpp"
#include "storage/store_file.hpp"

namespace winnow::store {
namespace {

bool is_object(std::string_view json) {
  const auto parsed = nlohmann::json::parse(json, nullptr, false);
  return parsed.is_object();
}

}  // namespace

Store::Store(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

Store Store::create(const std::filesystem::path& file, const NewStudy& study) {
  create_store_file(file, study);
  return open(file);
}

Store Store::open(const std::filesystem::path& file) {
  return Store(open_for_writing(file, embedded_migrations()));
}

Store Store::open_read_only(const std::filesystem::path& file) {
  return Store(open_for_reading(file, embedded_migrations()));
}

Store Store::in_memory(const NewStudy& study) {
  auto connection = std::make_unique<Connection>("", Access::memory);
  make_schema(*connection, study);
  return Store(std::move(connection));
}

void Store::back_up(const std::filesystem::path& target) const {
  store::back_up(*connection_, target);
}

SessionId Store::begin_session(const NewSession& session) {
  Transaction transaction(*connection_);
  connection_->run(
      "INSERT INTO sessions(pid, host, boot_id, winnow_version, started_at)"
      " VALUES (?1, ?2, ?3, ?4, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))",
      session.pid, session.host, session.boot_id, WINNOW_VERSION);
  const SessionId id{connection_->last_insert_id()};
  write_event(events::session_began, {}, {}, nlohmann::json({{"session", id.value}}).dump());
  transaction.commit();
  session_ = id;
  return id;
}

void Store::end_session(SessionId session, double run_time_s) {
  Transaction transaction(*connection_);
  const auto ended = connection_->first<int>(
      "UPDATE sessions SET ended_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), run_time_s = ?2"
      " WHERE id = ?1 AND ended_at IS NULL RETURNING 1",
      session.value, run_time_s);
  expect(ended.has_value(), "a session ends once");
  connection_->run("UPDATE study SET run_time_s = run_time_s + ?1", run_time_s);
  write_event(events::session_ended, {}, {}, nlohmann::json({{"run_time_s", run_time_s}}).dump());
  transaction.commit();
}

void Store::add_decision(std::string_view kind, std::optional<TrialNumber> trial,
                         std::string_view record) {
  expect(is_object(record), "the record of a decision is a JSON object");
  Transaction transaction(*connection_);
  const auto number = trial ? std::optional(trial->value) : std::nullopt;
  connection_->run(
      "INSERT INTO decisions(kind, trial, record, at)"
      " VALUES (?1, ?2, ?3, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))",
      kind, number, record);
  write_event(events::decision_added, trial, {}, nlohmann::json({{"kind", kind}}).dump());
  transaction.commit();
}

void Store::add_event(std::string_view kind, std::optional<TrialNumber> trial,
                      std::string_view detail) {
  expect(std::ranges::count(events::trial_states, kind) == 0,
         "a trial's state changes through its own verb");
  Transaction transaction(*connection_);
  write_event(kind, trial, {}, detail);
  transaction.commit();
}

void Store::set_study_ending(const std::optional<std::string>& ending) {
  Transaction transaction(*connection_);
  connection_->run("UPDATE study SET ending = ?1", ending);
  nlohmann::json detail = nlohmann::json::object();
  if (ending) detail["ending"] = *ending;
  write_event(ending ? events::study_ended : events::study_reopened, {}, {}, detail.dump());
  transaction.commit();
}

void Store::write_event(std::string_view kind, std::optional<TrialNumber> trial,
                        std::optional<AttemptId> attempt, std::string_view detail) {
  expect(is_object(detail), "the detail of an event is a JSON object");
  const auto session = session_ ? std::optional(session_->value) : std::nullopt;
  const auto number = trial ? std::optional(trial->value) : std::nullopt;
  const auto id = attempt ? std::optional(attempt->value) : std::nullopt;
  connection_->run(
      "INSERT INTO events(session, kind, trial, attempt, detail, at)"
      " VALUES (?1, ?2, ?3, ?4, ?5, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))",
      session, kind, number, id, detail);
}

}  // namespace winnow::store
