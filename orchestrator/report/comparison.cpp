#include "orchestrator/report/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "orchestrator/report/json_forms.hpp"
#include "orchestrator/report/numbers.hpp"
#include "orchestrator/report/trials_table.hpp"

namespace winnow::run {
namespace {

using Json = nlohmann::ordered_json;
using Align = Table::Align;

std::vector<std::string> metrics_of(const std::vector<store::TrialRow>& trials) {
  std::set<std::string> names;
  for (const store::TrialRow& row : trials) {
    for (const auto& [metric, value] : row.values) names.insert(metric);
  }
  return {names.begin(), names.end()};
}

template <class Cell>
std::vector<std::string> line(const std::string& title, const std::vector<store::TrialRow>& trials,
                              const Cell& cell) {
  std::vector<std::string> cells = {title};
  for (const store::TrialRow& row : trials) cells.push_back(cell(row));
  return cells;
}

Table side_by_side(const std::vector<store::TrialRow>& trials) {
  Table table;
  table.columns = {{"", Align::left}};
  for (const store::TrialRow& row : trials) {
    table.columns.push_back(
        {fmt::format("trial {}", row.trial.suggestion.number.value), Align::right});
  }
  table.rows.push_back(line(
      "state", trials, [](const store::TrialRow& row) { return std::string(to_text(row.state)); }));
  for (const std::string& metric : metrics_of(trials)) {
    table.rows.push_back(line(metric, trials, [&](const store::TrialRow& row) {
      const auto value = row.values.find(metric);
      return value == row.values.end() ? "" : number_text(value->second);
    }));
  }
  for (const std::string& name : differing_parameters(trials)) {
    table.rows.push_back(line(name, trials, [&](const store::TrialRow& row) {
      const Value* value = row.trial.suggestion.point.find(name);
      return value == nullptr ? "" : value_text(*value);
    }));
  }
  table.rows.push_back(line("time", trials, [](const store::TrialRow& row) {
    return is_ended(row.state) ? elapsed_text(row.elapsed_s) : "";
  }));
  return table;
}

std::string pairs_text(const TrialComparison& comparison, std::size_t width) {
  if (comparison.pairs.empty()) {
    return "No two of these settings ran under the same fresh seeds, so nothing is tested: a "
           "difference of two single scores may be chance (`selection:` in the study file).\n";
  }
  Table table;
  table.columns = {
      {"trials", Align::left},      {"seeds", Align::right},     {"dropped", Align::right},
      {"difference", Align::right}, {"95 % from", Align::right}, {"to", Align::right},
      {"p", Align::right},          {"Holm", Align::right},      {"", Align::left}};
  for (const PairedComparison& pair : comparison.pairs) {
    table.rows.push_back({fmt::format("{} - {}", pair.first.value, pair.second.value),
                          std::to_string(pair.pairs), std::to_string(pair.dropped_pairs),
                          pair.pairs > 0 ? number_text(pair.mean_difference) : "",
                          pair.interval ? number_text(pair.interval->low) : "",
                          pair.interval ? number_text(pair.interval->high) : "",
                          pair.p ? stats::p_text(*pair.p) : "",
                          pair.p_holm ? stats::p_text(*pair.p_holm) : "",
                          pair.is_stopped_early ? "left the race by these seeds" : pair.refusal});
  }
  const bool has_stopped =
      std::ranges::any_of(comparison.pairs, &PairedComparison::is_stopped_early);
  const char* caution =
      has_stopped ? "Who left the race left by what its seeds showed: such a p is too small, no "
                    "correction repairs it.\n"
                  : "";
  return fmt::format("{} on the fresh seeds that both ran under, sign-flip test:\n",
                     comparison.metric) +
         as_text(table, width) + caution +
         "Asked after the fact: what the study set out to prove is in `winnow decide`.\n";
}

}  // namespace

std::vector<std::string> differing_parameters(const std::vector<store::TrialRow>& trials) {
  std::vector<std::string> names;
  for (const store::TrialRow& row : trials) {
    for (const auto& [name, value] : row.trial.suggestion.point.entries()) {
      const bool differs = std::ranges::any_of(trials, [&](const store::TrialRow& other) {
        const Value* found = other.trial.suggestion.point.find(name);
        return found == nullptr || *found != value;
      });
      if (differs && std::ranges::count(names, name) == 0) names.push_back(name);
    }
  }
  return names;
}

nlohmann::ordered_json as_json(const TrialComparison& comparison) {
  const auto number_or_null = [](const std::optional<double>& number) {
    return number ? number_json(*number) : Json();
  };
  Json json = Json::object();
  json["version"] = 1;
  json["study"] = comparison.study;
  json["trials"] = Json::array();
  for (const store::TrialRow& row : comparison.trials) json["trials"].push_back(trial_json(row));
  json["differing"] = differing_parameters(comparison.trials);
  json["metric"] = comparison.metric;
  json["pairs"] = Json::array();
  for (const PairedComparison& pair : comparison.pairs) {
    Json form = Json::object();
    form["first"] = pair.first.value;
    form["second"] = pair.second.value;
    form["pairs"] = pair.pairs;
    form["dropped_pairs"] = pair.dropped_pairs;
    form["difference"] = pair.pairs > 0 ? number_json(pair.mean_difference) : Json();
    form["interval"] = Json();
    if (pair.interval) {
      form["interval"] =
          Json::array({number_json(pair.interval->low), number_json(pair.interval->high)});
    }
    form["p"] = number_or_null(pair.p);
    form["p_holm"] = number_or_null(pair.p_holm);
    form["refusal"] = pair.refusal.empty() ? Json() : Json(pair.refusal);
    form["stopped_early"] = pair.is_stopped_early;
    json["pairs"].push_back(std::move(form));
  }
  return json;
}

std::string as_text(const TrialComparison& comparison, std::size_t width) {
  return as_text(side_by_side(comparison.trials), width) + "\n" + pairs_text(comparison, width);
}

Table comparison_table(const TrialComparison& comparison) {
  return trials_for_programs(comparison.trials);
}

}  // namespace winnow::run
