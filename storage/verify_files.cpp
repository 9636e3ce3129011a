#include <fmt/format.h>

#include <cmath>
#include <fstream>
#include <set>
#include <string>
#include <system_error>

#include "storage/event_kinds.hpp"
#include "storage/rows.hpp"
#include "storage/sqlite.hpp"
#include "storage/verify.hpp"

namespace winnow::store {
namespace {

namespace fs = std::filesystem;

// Names on disk, as orchestrator/study_folder.hpp makes them, and attempt_names.hpp.
constexpr std::string_view trials_folder = "trials";
constexpr std::string_view attempt_prefix = "attempt-";
constexpr std::string_view reports_name = "reports.jsonl";
constexpr std::string_view exit_record_name = "exit.json";

struct Attempt {
  std::int64_t id = 0;
  std::string folder;
  std::int64_t offset = 0;
  bool has_process = false;
  bool has_ended = false;
  bool lost_its_reports = false;  // the file is known not to be what was read
  bool is_sampled = false;        // only some of its numbers have rows
};

std::vector<Attempt> all_attempts(Connection& connection) {
  Statement rows = connection.query(
      "SELECT id, folder, report_offset, pid IS NOT NULL, state = 'ended',"
      " coalesce(ending, '') = 'reports_lost',"
      " id IN (SELECT attempt FROM events WHERE kind = ?1) FROM attempts ORDER BY id",
      events::reports_sampled);
  std::vector<Attempt> attempts;
  while (rows.step()) {
    attempts.push_back({rows.column<std::int64_t>(0), rows.column<std::string>(1),
                        rows.column<std::int64_t>(2), rows.column<int>(3) != 0,
                        rows.column<int>(4) != 0, rows.column<int>(5) != 0,
                        rows.column<int>(6) != 0});
  }
  return attempts;
}

bool same_number(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

/// The rows of one report line, and what it said. Returns how many values it had.
std::int64_t check_line(Connection& connection, const ReadValues& read_values,
                        const Attempt& attempt, std::int64_t start, std::string_view line,
                        std::vector<std::string>& violations) {
  const std::optional<MetricValues> values = read_values(line);
  if (!values) return 0;
  for (const auto& [metric, value] : *values) {
    Statement row = connection.query(
        "SELECT value, non_finite FROM measurements WHERE attempt = ?1 AND line = ?2 AND metric ="
        " (SELECT id FROM metrics WHERE name = ?3)",
        attempt.id, start, metric);
    if (!row.step()) {
      if (attempt.is_sampled) continue;
      violations.push_back(fmt::format("I1: {} of the report at byte {} of {} is not in the store",
                                       metric, start, attempt.folder));
      continue;
    }
    const double stored = number_from(
        {row.column<std::optional<double>>(0), row.column<std::optional<std::string>>(1)});
    if (same_number(stored, value)) continue;
    violations.push_back(fmt::format("I1: {} of the report at byte {} of {} is {}, in the store {}",
                                     metric, start, attempt.folder, value, stored));
  }
  return std::ssize(*values);
}

/// Of an attempt that has ended, whose file nobody writes any more.
void check_nothing_unread(std::istream& rest, const Attempt& attempt,
                          std::vector<std::string>& violations) {
  std::string line;
  if (!std::getline(rest, line) || rest.eof()) return;  // a line without its end was never reported
  violations.push_back(
      fmt::format("I1: attempt {} has ended, and its report file from byte {} on "
                  "was not read",
                  attempt.id, attempt.offset));
}

void check_reports(Connection& connection, const ReadValues& read_values, const fs::path& file,
                   const Attempt& attempt, std::vector<std::string>& violations) {
  std::error_code none;  // no file: no bytes
  const auto size = fs::exists(file, none) ? static_cast<std::int64_t>(fs::file_size(file)) : 0;
  if (attempt.offset > size) {
    violations.push_back(fmt::format("I1: attempt {} was read up to byte {} of a report file of {}",
                                     attempt.id, attempt.offset, size));
    return;
  }
  std::ifstream stream(file, std::ios::binary);
  std::int64_t start = 0, reported = 0;
  for (std::string line; start < attempt.offset && std::getline(stream, line);) {
    reported += check_line(connection, read_values, attempt, start, line, violations);
    start += static_cast<std::int64_t>(line.size()) + 1;
  }
  if (attempt.has_ended) check_nothing_unread(stream, attempt, violations);
  const auto stored = connection.first<std::int64_t>(
      "SELECT count(*) FROM measurements WHERE attempt = ?1", attempt.id);
  if (*stored <= reported) return;  // fewer: each missing one has its sentence
  violations.push_back(fmt::format("I1: attempt {} has {} measurements, {} more than it reported",
                                   attempt.id, *stored, *stored - reported));
}

/// An attempt whose process was never recorded: its gate was never opened.
void check_nothing_ran(const fs::path& folder, const Attempt& attempt,
                       std::vector<std::string>& violations) {
  std::error_code none;  // no folder: nothing ran
  for (const std::string_view name : {reports_name, exit_record_name}) {
    const fs::path file = folder / name;
    if (!fs::exists(file, none) || fs::file_size(file, none) == 0) continue;
    violations.push_back(
        fmt::format("I3: attempt {} has no recorded process, but something ran "
                    "and wrote {}/{}",
                    attempt.id, attempt.folder, name));
  }
}

void check_folders_on_disk(const fs::path& study_folder, const std::set<std::string>& known,
                           std::vector<std::string>& violations) {
  const fs::path trials = study_folder / trials_folder;
  if (!fs::exists(trials)) return;
  for (const fs::directory_entry& trial : fs::directory_iterator(trials)) {
    if (!trial.is_directory()) continue;
    for (const fs::directory_entry& entry : fs::directory_iterator(trial.path())) {
      const std::string name = entry.path().filename().string();
      const std::string relative = entry.path().lexically_relative(study_folder).generic_string();
      if (!name.starts_with(attempt_prefix) || known.contains(relative)) continue;
      violations.push_back(fmt::format("I8: folder {} belongs to no attempt", relative));
    }
  }
}

}  // namespace

void verify_files(const Store& store, const fs::path& study_folder, const ReadValues& read_values,
                  std::vector<std::string>& violations) try {
  std::set<std::string> known;
  for (const Attempt& attempt : all_attempts(store.connection())) {
    const fs::path folder = study_folder / attempt.folder;
    known.insert(fs::path(attempt.folder).lexically_normal().generic_string());
    // Before its process was recorded an attempt may have got no further than its row.
    if (attempt.has_process && !fs::is_directory(folder)) {
      violations.push_back(
          fmt::format("I8: attempt {} has no folder {}", attempt.id, attempt.folder));
    }
    if (!attempt.lost_its_reports) {
      check_reports(store.connection(), read_values, folder / reports_name, attempt, violations);
    }
    if (!attempt.has_process) check_nothing_ran(folder, attempt, violations);
  }
  check_folders_on_disk(study_folder, known, violations);
} catch (const fs::filesystem_error& error) {
  throw system_error(error.code().value(), "look through", error.path1());
}

}  // namespace winnow::store
