#include "orchestrator/report/trials_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>

#include "orchestrator/report/json_forms.hpp"
#include "orchestrator/report/numbers.hpp"
#include "storage/rows.hpp"

namespace winnow::run {
namespace {

// Names in the order in which they first occur.
class Names {
 public:
  void add(const std::string& name) {
    if (seen_.insert(name).second) names_.push_back(name);
  }
  const std::vector<std::string>& all() const { return names_; }

 private:
  std::set<std::string> seen_;
  std::vector<std::string> names_;
};

struct VariableColumns {
  Names parameters, objectives, metrics;  // `metrics`: the others
  explicit VariableColumns(const std::vector<store::TrialRow>& rows,
                           const std::vector<Objective>& spec_objectives = {}) {
    std::set<std::string> wanted;
    for (const Objective& objective : spec_objectives) wanted.insert(objective.metric);
    for (const store::TrialRow& row : rows) {
      for (const auto& [name, value] : row.trial.suggestion.point.entries()) parameters.add(name);
      for (const auto& [name, value] : row.values) {
        if (!wanted.contains(name)) metrics.add(name);
      }
    }
    for (const Objective& objective : spec_objectives) objectives.add(objective.metric);
  }
};

bool is_number(const Value& value) {
  return std::holds_alternative<double>(value) || std::holds_alternative<std::int64_t>(value);
}

Table::Align alignment_of(const std::string& parameter, const std::vector<store::TrialRow>& rows) {
  const bool numbers = std::ranges::all_of(rows, [&](const store::TrialRow& row) {
    const Value* value = row.trial.suggestion.point.find(parameter);
    return value == nullptr || is_number(*value);
  });
  return numbers ? Table::Align::right : Table::Align::left;
}

/// "search", "baseline 3": a fresh trial with the number of its seed.
std::string role_text(const store::NewTrial& trial) {
  const std::string role(store::to_text(trial.role));
  return trial.role == store::Role::search ? role : fmt::format("{} {}", role, trial.replicate);
}

template <class Show>
std::string metric_cell(const store::TrialRow& row, const std::string& metric, Show show) {
  const auto found = row.values.find(metric);
  return found == row.values.end() ? "" : show(found->second);
}

void add_titles(const Names& metrics, Table& table) {
  for (const std::string& metric : metrics.all()) {
    table.columns.push_back({metric, Table::Align::right});
  }
}

void add_values(const store::TrialRow& row, const Names& metrics, std::vector<std::string>& cells) {
  for (const std::string& metric : metrics.all()) {
    cells.push_back(metric_cell(row, metric, number_text));
  }
}

}  // namespace

Table trials_for_people(const std::vector<store::TrialRow>& rows,
                        const std::vector<Objective>& objectives, std::optional<TrialNumber> best) {
  using Align = Table::Align;
  const VariableColumns names(rows, objectives);
  Table table;
  table.columns = {{"", Align::left}, {"trial", Align::right}, {"state", Align::left}};
  const bool has_fresh = std::ranges::any_of(
      rows, [](const store::TrialRow& row) { return row.trial.role != store::Role::search; });
  if (has_fresh) table.columns.push_back({"role", Align::left});
  add_titles(names.objectives, table);
  for (const std::string& parameter : names.parameters.all()) {
    table.columns.push_back({parameter, alignment_of(parameter, rows)});
  }
  table.columns.push_back({"time", Align::right});
  const bool has_reasons =
      std::ranges::any_of(rows, [](const store::TrialRow& row) { return !row.reason.empty(); });
  if (has_reasons) table.columns.push_back({"reason", Align::left});
  add_titles(names.metrics, table);
  for (const store::TrialRow& row : rows) {
    const Suggestion& suggestion = row.trial.suggestion;
    std::vector<std::string> cells = {suggestion.number == best ? "*" : "",
                                      std::to_string(suggestion.number.value),
                                      std::string(to_text(row.state))};
    if (has_fresh) cells.push_back(role_text(row.trial));
    add_values(row, names.objectives, cells);
    for (const std::string& parameter : names.parameters.all()) {
      const Value* value = suggestion.point.find(parameter);
      cells.push_back(value == nullptr ? "" : value_text(*value));
    }
    cells.push_back(is_ended(row.state) ? elapsed_text(row.elapsed_s) : "");
    if (has_reasons) cells.push_back(row.reason);
    add_values(row, names.metrics, cells);
    table.rows.push_back(std::move(cells));
  }
  return table;
}

Table trials_for_programs(const std::vector<store::TrialRow>& rows) {
  const VariableColumns names(rows);
  Table table;
  for (const char* title :
       {"number", "state", "reason", "role", "replicate", "seed", "attempts", "elapsed_s"}) {
    table.columns.push_back({title});
  }
  for (const std::string& name : names.parameters.all())
    table.columns.push_back({"params." + name});
  for (const std::string& name : names.metrics.all()) table.columns.push_back({"values." + name});
  for (const store::TrialRow& row : rows) {
    std::vector<std::string> cells = {std::to_string(row.trial.suggestion.number.value),
                                      std::string(to_text(row.state)),
                                      row.reason,
                                      std::string(store::to_text(row.trial.role)),
                                      std::to_string(row.trial.replicate),
                                      std::to_string(row.trial.seed),
                                      std::to_string(row.attempts),
                                      exact_text(row.elapsed_s)};
    for (const std::string& name : names.parameters.all()) {
      const Value* value = row.trial.suggestion.point.find(name);
      cells.push_back(value == nullptr ? "" : to_text(*value));
    }
    for (const std::string& name : names.metrics.all()) {
      cells.push_back(metric_cell(row, name, exact_text));
    }
    table.rows.push_back(std::move(cells));
  }
  return table;
}

}  // namespace winnow::run
