// A plan as lines for people and as JSON for programs.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "orchestrator/report/json_forms.hpp"
#include "orchestrator/report/numbers.hpp"
#include "orchestrator/report/table.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "orchestrator/secrets.hpp"
#include "orchestrator/study_plan.hpp"
#include "orchestrator/study_sentences.hpp"
#include "searchers/registry.hpp"

namespace winnow::run {
namespace {

using Json = nlohmann::ordered_json;

std::pair<std::string, std::string> shown_variable(const std::string& entry) {
  const std::size_t equals = entry.find('=');
  const std::string name = entry.substr(0, equals);
  return {name, shown_value(name, entry.substr(equals + 1))};
}

Table proposals_table(const StudyPlan& plan, const StudySpec& spec) {
  using Align = Table::Align;
  Table table;
  table.columns = {{"trial", Align::right}, {"from", Align::left}};
  for (const Parameter& parameter : spec.space.parameters()) {
    const bool is_choice = std::holds_alternative<Categorical>(parameter.domain) ||
                           std::holds_alternative<Constant>(parameter.domain);
    table.columns.push_back({parameter.name, is_choice ? Align::left : Align::right});
  }
  for (const PlannedTrial& planned : plan.proposals) {
    std::vector<std::string> cells = {std::to_string(planned.suggestion.number.value),
                                      planned.is_users ? "points" : spec.method};
    for (const Parameter& parameter : spec.space.parameters()) {
      const Value* value = planned.suggestion.point.find(parameter.name);
      cells.push_back(value == nullptr ? "" : value_text(*value));
    }
    table.rows.push_back(std::move(cells));
  }
  return table;
}

std::string method_text(const StudyPlan& plan, const StudySpec& spec) {
  const search::SearcherEntry& entry = *search::find_searcher(spec.method);
  std::string text = fmt::format("method  {}: {}\n", entry.name, entry.summary);
  for (std::size_t i = 0; i < plan.stages.size(); ++i) {
    const search::PlannedStage& stage = plan.stages[i];
    text += fmt::format("        {} {}{}: {}\n", i == 0 ? "chooses" : "then", stage.method,
                        stage.trials > 0 ? fmt::format(" for {} trials", stage.trials) : "",
                        stage.reason);
  }
  return text;
}

std::string cost_text(const PlannedCost& cost) {
  std::string text = cost.search_trials
                         ? fmt::format("at most {} search trials", *cost.search_trials)
                         : std::string("search trials without end");
  if (cost.finalists > 0) {
    text += fmt::format(" and at most {} fresh ones to prove the winner ({} settings × {} seeds{})",
                        cost.fresh_trials(), cost.finalists, cost.seeds,
                        cost.folds > 1 ? fmt::format(" × {} folds", cost.folds) : "");
  }
  if (cost.trial_time_s) {
    text += fmt::format("; at most {} of trials, {} by the clock, if each runs to its timeout",
                        elapsed_text(*cost.trial_time_s), elapsed_text(*cost.elapsed_s));
  }
  return text;
}

std::string proposals_text(const StudyPlan& plan, const StudySpec& spec, std::size_t width) {
  std::string text = "\n" + as_text(proposals_table(plan, spec), width);
  if (std::ssize(plan.proposals) > plan.exact) {
    text += fmt::format(
        "The first {} certain; later ones are what would come if nothing had ended by then.\n",
        plan.exact == 1 ? std::string("is") : fmt::format("{} are", plan.exact));
  }
  if (plan.waits) text += "The method waits for outcomes before it proposes more.\n";
  if (plan.finished) text += "The method has nothing more to propose.\n";
  return text;
}

std::string first_trial_text(const StudyPlan& plan) {
  const Launch& launch = plan.first.launch;
  std::string text = "\nTrial 0 would run\n";
  text += fmt::format("  program    {}\n", terminal_text(launch.program));
  text += fmt::format("  in         {}\n", terminal_text(launch.work_folder.string()));
  for (std::size_t i = 0; i < launch.arguments.size(); ++i) {
    text += fmt::format("  argument {} {}\n", i, terminal_text(launch.arguments[i]));
  }
  text += "with winnow's own environment and\n";
  for (const std::string& entry : plan.environment) {
    const auto [name, value] = shown_variable(entry);
    text += fmt::format("  {}={}\n", terminal_text(name), terminal_text(value));
  }
  return text;
}

Json cost_json(const PlannedCost& cost) {
  Json json = Json::object();
  json["search_trials"] = cost.search_trials ? Json(*cost.search_trials) : Json(nullptr);
  json["fresh_trials"] = cost.fresh_trials();
  json["trial_seconds"] = cost.trial_time_s ? Json(*cost.trial_time_s) : Json(nullptr);
  json["elapsed_seconds"] = cost.elapsed_s ? Json(*cost.elapsed_s) : Json(nullptr);
  return json;
}

}  // namespace

std::string as_text(const StudyPlan& plan, const StudyConfig& config, std::size_t width) {
  const StudySpec& spec = config.spec;
  std::string text =
      fmt::format("study   {}: {}\n", spec.name, objective_sentence(spec.objectives));
  text += method_text(plan, spec);
  text += fmt::format("space   {}\n", space_sentence(spec));
  text += fmt::format("limits  {}\n", limits_sentence(spec.limits));
  if (spec.selection) text += fmt::format("proof   {}\n", selection_sentence(*spec.selection));
  text += fmt::format("cost    {}\n", cost_text(plan.cost));
  for (const std::string& warning : plan.warnings) {
    text += fmt::format("note    {}\n", terminal_text(warning));
  }
  text += proposals_text(plan, spec, width);
  if (!plan.proposals.empty()) text += first_trial_text(plan);
  return text;
}

nlohmann::ordered_json as_json(const StudyPlan& plan, const StudyConfig& config) {
  Json json = Json::object();
  json["version"] = 1;
  json["study"] = config.spec.name;
  json["method"] = search::find_searcher(config.spec.method)->name;
  json["stages"] = Json::array();
  for (const search::PlannedStage& stage : plan.stages) {
    Json form = Json::object();
    form["method"] = stage.method;
    form["trials"] = stage.trials;
    form["reason"] = stage.reason;
    json["stages"].push_back(std::move(form));
  }
  const auto points = config.spec.space.cardinality();
  json["points"] = points ? Json(*points) : Json(nullptr);
  json["cost"] = cost_json(plan.cost);
  json["certain"] = std::min(plan.exact, std::int64_t{std::ssize(plan.proposals)});
  json["proposals"] = Json::array();
  for (const PlannedTrial& planned : plan.proposals) {
    Json form = Json::object();
    form["number"] = planned.suggestion.number.value;
    form["from"] = planned.is_users ? "points" : config.spec.method;
    form["params"] = to_json(planned.suggestion.point);
    json["proposals"].push_back(std::move(form));
  }
  json["program"] = plan.first.launch.program;
  json["folder"] = plan.first.launch.work_folder.string();
  json["arguments"] = plan.first.launch.arguments;
  json["environment"] = Json::object();
  for (const std::string& entry : plan.environment) {
    const auto [name, value] = shown_variable(entry);
    json["environment"][name] = value;
  }
  json["warnings"] = plan.warnings;
  return json;
}

}  // namespace winnow::run
