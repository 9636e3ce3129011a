#include "orchestrator/session_log.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>

#include "orchestrator/process/durable_file.hpp"
#include "orchestrator/report/json_forms.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "storage/recent_events.hpp"
#include "storage/wall_time.hpp"

namespace winnow::run {
namespace {

using Json = nlohmann::ordered_json;

/// As the store writes times.
std::string utc_now() {
  const std::int64_t now_ms = store::now_ms();
  const auto seconds = static_cast<std::time_t>(now_ms / 1000);
  std::tm parts = {};
  ::gmtime_r(&seconds, &parts);
  std::array<char, sizeof "2026-03-01T10:00:00"> text = {};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  return fmt::format("{}.{:03}Z", text.data(), now_ms % 1000);
}

}  // namespace

std::string record_text(const store::EventRow& record) {
  std::string text = fmt::format("record {} {}", record.seq, record.kind);
  if (record.trial) text += fmt::format(" trial {}", record.trial->value);
  if (record.detail != "{}") text += ": " + record.detail;
  return terminal_text(text);
}

nlohmann::ordered_json record_json(const store::EventRow& record) {
  Json json = {{"seq", record.seq}, {"kind", record.kind}};
  if (record.trial) json["trial"] = record.trial->value;
  if (record.attempt) json["attempt"] = record.attempt->value;
  json["detail"] = Json::parse(record.detail);
  return json;
}

SessionLog::SessionLog(const LogOptions& options, const store::Store& store)
    : options_(options), store_(store), last_seq_(store.last_event()) {
  if (options_.file) file_ = open_for_append(*options_.file);
}

void SessionLog::say(const std::string& line) {
  if (!file_.is_open()) return;
  const std::string at = utc_now();
  write(options_.format == LogFormat::json ? json_line({{"version", 1}, {"at", at}, {"line", line}})
                                           : fmt::format("{}  {}\n", at, terminal_text(line)));
}

std::vector<store::EventRow> SessionLog::take_records() {
  const bool is_wanted = file_.is_open() || options_.shows_records;
  if (!is_wanted || store_.has_uncommitted()) return {};
  std::vector<store::EventRow> records = store::recent_events(store_, last_seq_);
  for (const store::EventRow& record : records) {
    last_seq_ = record.seq;
    if (!file_.is_open()) continue;
    write(options_.format == LogFormat::json
              ? json_line({{"version", 1}, {"at", record.at}, {"record", record_json(record)}})
              : fmt::format("{}  {}\n", record.at, record_text(record)));
  }
  if (!options_.shows_records) records.clear();
  return records;
}

std::optional<std::string> SessionLog::take_problem() {
  return std::exchange(problem_, std::nullopt);
}

/// A log that cannot be written ends no study: the store has what counts.
void SessionLog::write(const std::string& line) {
  std::string_view left = line;
  while (!left.empty() && file_.is_open()) {
    const ssize_t written = ::write(file_.value(), left.data(), left.size());
    if (written >= 0) {
      left.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      problem_ = fmt::format("the log {} is not written any more: {}; the study goes on",
                             options_.file->string(), std::strerror(errno));
      file_.reset();
    }
  }
}

}  // namespace winnow::run
