#include "storage/store.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "storage/event_kinds.hpp"
#include "storage/migration.hpp"
#include "storage/rows.hpp"
#include "storage/sqlite.hpp"
#include "storage/store_file.hpp"
#include "storage/text_hash.hpp"
#include "storage/wall_time.hpp"

namespace winnow::store {
namespace {

/// A commit writes one page more when it also writes the session's run time; more often than this
/// nobody needs it.
constexpr double run_time_step_s = 1;

bool is_object(std::string_view json) {
  const auto parsed = nlohmann::json::parse(json, nullptr, false);
  return parsed.is_object();
}

/// Which form of the study is on record: 64 bits of its normalised form, in hexadecimal.
std::string spec_hash(Connection& connection) {
  const auto spec = connection.first<std::string>("SELECT spec FROM study");
  return fmt::format("{:016x}", unsigned_bits(text_hash(spec.value_or(""))));
}

FileIdentity identity_of(const std::filesystem::path& file) {
  struct stat facts {};
  if (::stat(file.c_str(), &facts) != 0) return {};
  return {facts.st_dev, facts.st_ino};
}

}  // namespace

Store::Store(std::unique_ptr<Connection> connection)
    : connection_(std::move(connection)), opened_(identity_of(connection_->file())) {}
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

Store Store::create(const std::filesystem::path& file, const NewStudy& study,
                    const KnownTrials& known) {
  create_store_file(file, study, known);
  return open(file);
}

Store Store::open(const std::filesystem::path& file) {
  return Store(open_for_writing(file, embedded_migrations()));
}

Store Store::open_read_only(const std::filesystem::path& file) {
  return Store(open_for_reading(file, embedded_migrations()));
}

Store Store::open_damaged(const std::filesystem::path& file) {
  return Store(std::make_unique<Connection>(file, Access::read_only));
}

Store Store::in_memory(const NewStudy& study, const KnownTrials& known) {
  auto connection = std::make_unique<Connection>("", Access::memory);
  make_schema(*connection, study, known);
  return Store(std::move(connection));
}

bool Store::is_in_place() const { return identity_of(connection_->file()) == opened_; }

void Store::defer_commits(std::function<void()> soon) { soon_ = std::move(soon); }

void Store::commit_deferred() { connection_->commit_deferred(); }

bool Store::has_uncommitted() const { return connection_->has_deferred(); }

void Store::commit(Transaction& transaction) {
  write_run_time();
  transaction.commit();
}

void Store::commit_or_defer(Transaction& transaction) {
  if (!soon_) return commit(transaction);
  write_run_time();
  const bool is_first = !connection_->has_deferred();
  transaction.commit_later();
  if (is_first) soon_();
}

void Store::back_up(const std::filesystem::path& target) const {
  connection_->commit_deferred();
  store::back_up(*connection_, target);
}

SessionId Store::begin_session(const NewSession& session, SessionClock clock) {
  expect(clock != nullptr, "a session has a clock");
  Transaction transaction(*connection_);
  connection_->run(
      "INSERT INTO sessions(pid, host, boot_id, winnow_version, started_at, token)"
      " VALUES (?1, ?2, ?3, ?4, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), ?5)",
      session.pid, session.host, session.boot_id, WINNOW_VERSION, session.token);
  const SessionId id{connection_->last_insert_id()};
  const nlohmann::json detail = {{"session", id.value}, {"spec_hash", spec_hash(*connection_)}};
  write_event(events::session_began, {}, {}, detail.dump());
  transaction.commit();
  session_ = id;
  session_token_ = session.token;
  clock_ = std::move(clock);
  written_run_time_s_ = 0;
  return id;
}

void Store::end_session(SessionId session) {
  Transaction transaction(*connection_);
  const double run_time_s = clock_ ? clock_() : 0;
  const auto ended = connection_->first<int>(
      "UPDATE sessions SET ended_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), run_time_s = ?2"
      " WHERE id = ?1 AND ended_at IS NULL RETURNING 1",
      session.value, run_time_s);
  written_run_time_s_ = run_time_s;
  expect(ended.has_value(), "a session ends once");
  connection_->run("UPDATE study SET run_time_s = run_time_s + ?1", run_time_s);
  write_event(events::session_ended, {}, {}, nlohmann::json({{"run_time_s", run_time_s}}).dump());
  transaction.commit();
}

void Store::record_times(const std::vector<AttemptTime>& running) {
  expect(session_.has_value(), "times belong to a session that has begun");
  Transaction transaction(*connection_);
  for (const auto& [attempt, elapsed_s, use] : running) {
    connection_->run(
        "UPDATE attempts SET elapsed_s = ?2, cpu_s = ?3, max_rss_bytes = ?4, gpu_memory_bytes = ?5,"
        " gpu_utilisation = ?6, gpu_energy_j = ?7 WHERE id = ?1 AND ended_ms IS NULL",
        attempt.value, elapsed_s, use.cpu_s, use.max_rss_bytes, use.gpu_memory_bytes,
        use.gpu_utilisation, use.gpu_energy_j);
  }
  commit(transaction);
}

void Store::add_decision(std::string_view kind, std::optional<TrialNumber> trial,
                         std::string_view record) {
  Transaction transaction(*connection_);
  write_decision(kind, trial, record);
  commit(transaction);
}

void Store::write_decision(std::string_view kind, std::optional<TrialNumber> trial,
                           std::string_view record) {
  expect(is_object(record), "the record of a decision is a JSON object");
  const auto number = trial ? std::optional(trial->value) : std::nullopt;
  connection_->run(
      "INSERT INTO decisions(kind, trial, record, at)"
      " VALUES (?1, ?2, ?3, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))",
      kind, number, record);
  write_event(events::decision_added, trial, {}, nlohmann::json({{"kind", kind}}).dump());
}

void Store::add_event(std::string_view kind, std::optional<TrialNumber> trial,
                      std::string_view detail) {
  expect(!events::is_trial_state(kind), "a trial's state changes through its own verb");
  Transaction transaction(*connection_);
  write_event(kind, trial, {}, detail);
  commit(transaction);
}

void Store::change_study(std::string_view spec, std::string_view config_text,
                         std::string_view detail) {
  expect(is_object(spec), "the normalised form of a study is a JSON object");
  Transaction transaction(*connection_);
  connection_->run("UPDATE study SET spec = ?1, config_text = ?2", spec, config_text);
  auto record = nlohmann::ordered_json::parse(detail);
  record["spec_hash"] = spec_hash(*connection_);
  write_event(events::study_changed, {}, {}, record.dump());
  commit(transaction);
}

void Store::end_study(std::string_view ending, std::optional<TrialNumber> chosen,
                      std::string_view record) {
  Transaction transaction(*connection_);
  write_decision("chosen", chosen, record);
  const auto ended = connection_->first<int>(
      "UPDATE study SET ending = ?1 WHERE ending IS NULL RETURNING 1", ending);
  expect(ended.has_value(), "a study ends once");
  write_event(events::study_ended, {}, {}, nlohmann::json({{"ending", ending}}).dump());
  commit(transaction);
}

void Store::write_event(std::string_view kind, std::optional<TrialNumber> trial,
                        std::optional<AttemptId> attempt, std::string_view detail) {
  expect(is_object(detail), "the detail of an event is a JSON object");
  const auto session = session_ ? std::optional(session_->value) : std::nullopt;
  const auto number = trial ? std::optional(trial->value) : std::nullopt;
  const auto id = attempt ? std::optional(attempt->value) : std::nullopt;
  connection_->run(
      "INSERT INTO events(seq, session, kind, trial, attempt, detail, at_ms)"
      " VALUES (?1, ?2, ?3, ?4, ?5, nullif(?6, '{}'), ?7)",
      next_event(), session, kind, number, id, detail, now_ms());
}

/// The next place of the log.
std::int64_t Store::next_event() {
  return *connection_->first<std::int64_t>(
      "UPDATE counters SET events = events + 1 RETURNING events");
}

/// No more often than anybody needs it.
void Store::write_run_time() {
  if (!session_) return;
  const double run_time_s = clock_();
  if (run_time_s < written_run_time_s_ + run_time_step_s) return;
  connection_->run("UPDATE sessions SET run_time_s = ?2 WHERE id = ?1", session_->value,
                   run_time_s);
  written_run_time_s_ = run_time_s;
}

}  // namespace winnow::store
