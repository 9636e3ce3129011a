// Past trials from a table. A column is a parameter of the study by its name (or `params.NAME`), a
// metric (`values.NAME`, or any other column of numbers), or one of those that `winnow trials
// --csv` writes beside them.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <sstream>

#include "orchestrator/config/scalar.hpp"
#include "orchestrator/import/csv_table.hpp"
#include "orchestrator/import/imported_study.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "searchers/problem/error.hpp"
#include "searchers/problem/overloaded.hpp"

namespace winnow::run {
namespace {

// A million trials of twenty columns, more than any search method makes use of.
constexpr std::uintmax_t most_bytes = 256 << 20;

enum class Kind { parameter, metric, state, reason, role, unused };

struct Column {
  Kind kind = Kind::unused;
  std::string name;
};

Column column_of(const std::string& title, const StudySpec& spec) {
  if (title.starts_with("params.")) return {Kind::parameter, title.substr(7)};
  if (title.starts_with("values.")) return {Kind::metric, title.substr(7)};
  if (spec.space.find(title) != nullptr) return {Kind::parameter, title};
  const bool is_objective =
      std::ranges::find(spec.objectives, title, &Objective::metric) != spec.objectives.end();
  if (is_objective) return {Kind::metric, title};
  if (title == "state") return {Kind::state, title};
  if (title == "reason") return {Kind::reason, title};
  if (title == "role") return {Kind::role, title};
  constexpr std::array ours = {"number", "replicate", "seed", "attempts", "elapsed_s", ""};
  if (std::ranges::find(ours, title) != ours.end()) return {Kind::unused, title};
  return {Kind::metric, title};
}

std::optional<double> number_in(const std::string& cell) {
  double number = 0;
  const char* const end = cell.data() + cell.size();
  const auto [stop, error] = std::from_chars(cell.data(), end, number);
  return error == std::errc() && stop == end ? std::optional(number) : std::nullopt;
}

Value value_in(const std::string& cell) {
  return std::visit(
      Overloaded{[](bool flag) { return Value(flag); },
                 [](std::int64_t integer) { return Value(integer); },
                 [](double real) { return Value(real); }, [&](const auto&) { return Value(cell); }},
      meaning_of_plain(cell));
}

PastTrial trial_of(const CsvRow& row, const std::vector<Column>& columns) {
  PastTrial trial;
  trial.name = fmt::format("line {}", row.line);
  for (std::size_t k = 0; k < columns.size(); ++k) {
    const std::string& cell = row.cells[k];
    const Column& column = columns[k];
    if (cell.empty()) continue;
    if (column.kind == Kind::parameter) trial.settings.emplace_back(column.name, value_in(cell));
    if (column.kind == Kind::reason) trial.reason = cell;
    if (column.kind == Kind::state) trial.ending = ending_from(cell).value_or(Ending::cancelled);
    if (column.kind != Kind::metric) continue;
    if (const auto number = number_in(cell)) trial.values[column.name] = *number;
  }
  return trial;
}

bool is_fresh(const CsvRow& row, const std::vector<Column>& columns) {
  const auto role = std::ranges::find(columns, Kind::role, &Column::kind);
  if (role == columns.end()) return false;
  const std::string& cell = row.cells[static_cast<std::size_t>(role - columns.begin())];
  return !cell.empty() && cell != "search";
}

std::string text_of(const std::filesystem::path& file) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(file, error);
  const std::string shown = terminal_text(file.string());
  if (error) throw ConfigError(shown, "cannot read it: " + error.message());
  if (size > most_bytes) {
    throw ConfigError(shown, fmt::format("it has {} bytes, {} at most", size, most_bytes));
  }
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  if (stream && size > 0) text << stream.rdbuf();
  if (!stream) throw ConfigError(shown, "cannot read it");
  return text.str();
}

/// parse_csv names lines; which file's they are is known here.
std::vector<CsvRow> rows_of(const std::filesystem::path& file) {
  const std::string text = text_of(file);
  try {
    return parse_csv(text);
  } catch (const ConfigError& error) {
    const Fault& fault = error.faults().front();
    throw ConfigError(fmt::format("{}: {}", terminal_text(file.string()), fault.place),
                      fault.message);
  }
}

}  // namespace

std::vector<PastTrial> read_past_csv(const std::filesystem::path& file, const StudySpec& spec,
                                     std::vector<std::string>& notes) {
  const std::vector<CsvRow> rows = rows_of(file);
  const std::string shown = terminal_text(file.string());
  if (rows.empty()) throw ConfigError(shown, "expected a first line with the names of columns");
  std::vector<Column> columns;
  for (const std::string& title : rows.front().cells) columns.push_back(column_of(title, spec));
  std::vector<PastTrial> past;
  std::size_t fresh = 0;
  for (std::size_t k = 1; k < rows.size(); ++k) {
    if (rows[k].cells.size() != columns.size()) {
      throw ConfigError(fmt::format("{}: line {}", shown, rows[k].line),
                        fmt::format("it has {} cells and the first line {}", rows[k].cells.size(),
                                    columns.size()));
    }
    if (is_fresh(rows[k], columns)) {
      ++fresh;
    } else {
      past.push_back(trial_of(rows[k], columns));
    }
  }
  if (fresh > 0) notes.push_back(fmt::format("{} fresh trials of a selection left out", fresh));
  return past;
}

}  // namespace winnow::run
