#include <fmt/format.h>

#include <cmath>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <system_error>

#include "storage/rows.hpp"
#include "storage/sqlite.hpp"
#include "storage/verify.hpp"

namespace winnow::store {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

// Names on disk, as orchestrator/study_folder.hpp makes them.
constexpr std::string_view trials_folder = "trials";
constexpr std::string_view attempt_prefix = "attempt-";
constexpr std::string_view reports_name = "reports.jsonl";

struct Attempt {
  std::int64_t id = 0;
  std::string folder;
  std::int64_t offset = 0;
  bool has_process = false;
};

std::vector<Attempt> all_attempts(Connection& connection) {
  Statement rows = connection.query(
      "SELECT id, folder, report_offset, pid IS NOT NULL FROM attempts ORDER BY id");
  std::vector<Attempt> attempts;
  while (rows.step()) {
    attempts.push_back({rows.column<std::int64_t>(0), rows.column<std::string>(1),
                        rows.column<std::int64_t>(2), rows.column<int>(3) != 0});
  }
  return attempts;
}

std::optional<double> number_of(const Json& json) {
  if (json.is_number()) return json.get<double>();
  if (!json.is_string()) return std::nullopt;
  const auto word = json.get<std::string>();
  if (word != "nan" && word != "inf" && word != "-inf") return std::nullopt;
  return number_from({std::nullopt, word});
}

/// The values of a metric line, typed or in its shortest form; nothing for any other line, and for
/// one that has a value which is no number: such a line is refused as a whole.
std::optional<MetricValues> values_of(std::string_view line) {
  const Json json = Json::parse(line, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  const bool typed = json.contains("type");
  if (typed && json["type"] != "metric") return std::nullopt;
  const Json values = typed ? json.value("values", Json()) : json;
  if (!values.is_object()) return std::nullopt;
  MetricValues numbers;
  for (const auto& [name, value] : values.items()) {
    if (!typed && (name == "step" || name == "elapsed_s")) continue;
    const std::optional<double> number = number_of(value);
    if (!number) return std::nullopt;
    numbers.emplace(name, *number);
  }
  return numbers;
}

bool same_number(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

void check_line(Connection& connection, const Attempt& attempt, std::int64_t start,
                std::string_view line, std::vector<std::string>& violations) {
  const std::optional<MetricValues> values = values_of(line);
  if (!values) return;
  for (const auto& [metric, value] : *values) {
    Statement row = connection.query(
        "SELECT value, non_finite FROM measurements WHERE attempt = ?1 AND line = ?2 AND metric = "
        "?3",
        attempt.id, start, metric);
    if (!row.step()) {
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
}

void check_reports(Connection& connection, const fs::path& file, const Attempt& attempt,
                   std::vector<std::string>& violations) {
  std::error_code none;  // no file: no bytes
  const auto size = fs::exists(file, none) ? static_cast<std::int64_t>(fs::file_size(file)) : 0;
  if (attempt.offset > size) {
    violations.push_back(fmt::format("I1: attempt {} was read up to byte {} of a report file of {}",
                                     attempt.id, attempt.offset, size));
    return;
  }
  std::ifstream stream(file, std::ios::binary);
  std::int64_t start = 0;
  for (std::string line; start < attempt.offset && std::getline(stream, line);) {
    check_line(connection, attempt, start, line, violations);
    start += static_cast<std::int64_t>(line.size()) + 1;
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

void verify_files(const Store& store, const fs::path& study_folder,
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
    check_reports(store.connection(), folder / reports_name, attempt, violations);
  }
  check_folders_on_disk(study_folder, known, violations);
} catch (const fs::filesystem_error& error) {
  throw system_error(error.code().value(), "look through", error.path1());
}

}  // namespace winnow::store
