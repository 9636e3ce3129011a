// The log of one session: what was said, whether anybody saw it or not, and what the store has on
// record of what the orchestrator did, a line each with its time. For people or for programs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "storage/owned_fd.hpp"
#include "storage/store.hpp"

namespace winnow::run {

enum class LogFormat { text, json };

struct LogOptions {
  /// Appended to, made with mode 0600 where it is not there; nothing: no file.
  std::optional<std::filesystem::path> file = {};
  LogFormat format = LogFormat::text;
  /// Say on the screen what is put on record.
  bool shows_records = false;
};

/// "record 12 stop_ordered trial 3: {…}", without control characters.
std::string record_text(const store::EventRow& record);
/// {"seq":12,"kind":"stop_ordered","trial":3,"attempt":4,"detail":{…}}, without what it is not
/// about.
nlohmann::ordered_json record_json(const store::EventRow& record);

class SessionLog {
 public:
  /// Begins behind what the store has on record. The store outlives the log. Throws SystemError
  /// where the file cannot be opened.
  SessionLog(const LogOptions& options, const store::Store& store);

  /// A line for the file.
  void say(const std::string& line);
  /// What is on record since the last call and durable, for the file; what of it belongs on the
  /// screen is returned.
  std::vector<store::EventRow> take_records();
  /// Why the file has not been written since some line, once; else nothing.
  std::optional<std::string> take_problem();

 private:
  void write(const std::string& line);

  LogOptions options_;
  const store::Store& store_;
  store::OwnedFd file_;
  std::int64_t last_seq_;
  std::optional<std::string> problem_;
};

}  // namespace winnow::run
