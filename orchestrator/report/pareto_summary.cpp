#include "orchestrator/report/pareto_summary.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/report/json_forms.hpp"
#include "orchestrator/report/numbers.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "orchestrator/report/trials_table.hpp"

namespace winnow::run {
namespace {

using Json = nlohmann::ordered_json;

std::string_view goal_of(const Objective& objective) {
  return objective.direction == Direction::minimize ? "minimize" : "maximize";
}

std::vector<store::TrialRow> rows_of(const std::vector<FrontMember>& front) {
  std::vector<store::TrialRow> rows;
  for (const FrontMember& member : front) rows.push_back(member.row);
  return rows;
}

std::string reference_text(const ParetoSummary& summary) {
  std::string text;
  for (std::size_t j = 0; j < summary.objectives.size(); ++j) {
    text += fmt::format("{}{} {}", j == 0 ? "" : ", ", terminal_text(summary.objectives[j].metric),
                        number_text(summary.reference[j]));
  }
  return text;
}

// Enough to see whether it still grows; all steps are in JSON and CSV.
std::string trace_text(const std::vector<HypervolumeStep>& trace) {
  constexpr std::size_t most_lines = 6;
  std::string text;
  const std::size_t lines = std::min(most_lines, trace.size());
  for (std::size_t line = 1; line <= lines; ++line) {
    const HypervolumeStep& step = trace[line * trace.size() / lines - 1];
    text += fmt::format("  {} with trial {}\n", number_text(step.hypervolume), step.trial.value);
  }
  return text;
}

}  // namespace

nlohmann::ordered_json as_json(const ParetoSummary& summary) {
  Json json = Json::object();
  json["version"] = 1;
  json["study"] = summary.study;
  json["objectives"] = Json::array();
  for (const Objective& objective : summary.objectives) {
    Json form = Json::object();
    form["metric"] = objective.metric;
    form["goal"] = goal_of(objective);
    json["objectives"].push_back(std::move(form));
  }
  json["measured"] = summary.measured;
  json["hypervolume"] = number_json(summary.hypervolume);
  json["reference"] = Json::object();
  for (std::size_t j = 0; j < summary.reference.size(); ++j) {
    json["reference"][summary.objectives[j].metric] = number_json(summary.reference[j]);
  }
  json["front"] = Json::array();
  for (const FrontMember& member : summary.front) {
    Json form = trial_json(member.row);
    form["contribution"] = number_json(member.contribution);
    form["knee"] = member.is_knee;
    json["front"].push_back(std::move(form));
  }
  json["trace"] = Json::array();
  for (const HypervolumeStep& step : summary.trace) {
    Json form = Json::object();
    form["trial"] = step.trial.value;
    form["hypervolume"] = number_json(step.hypervolume);
    json["trace"].push_back(std::move(form));
  }
  return json;
}

std::string as_text(const ParetoSummary& summary, std::size_t width) {
  std::optional<TrialNumber> knee;
  for (const FrontMember& member : summary.front) {
    if (member.is_knee) knee = member.row.trial.suggestion.number;
  }
  std::string text = fmt::format("front   {} of {} measured trials; * is the knee\n\n",
                                 summary.front.size(), summary.measured);
  text += as_text(trials_for_people(rows_of(summary.front), summary.objectives, knee), width);
  text += fmt::format("\nhypervolume {} up to the reference {}\n", number_text(summary.hypervolume),
                      reference_text(summary));
  return text + trace_text(summary.trace);
}

Table front_table(const ParetoSummary& summary) {
  Table table = trials_for_programs(rows_of(summary.front));
  table.columns.push_back({"knee"});
  table.columns.push_back({"contribution"});
  for (std::size_t i = 0; i < summary.front.size(); ++i) {
    table.rows[i].emplace_back(summary.front[i].is_knee ? "true" : "false");
    table.rows[i].push_back(exact_text(summary.front[i].contribution));
  }
  return table;
}

Table trace_table(const ParetoSummary& summary) {
  Table table;
  table.columns = {{"trial"}, {"hypervolume"}};
  for (const HypervolumeStep& step : summary.trace) {
    table.rows.push_back({std::to_string(step.trial.value), exact_text(step.hypervolume)});
  }
  return table;
}

}  // namespace winnow::run
