#include "orchestrator/decision/record_parts.hpp"

#include <cmath>

#include "orchestrator/decision/claim.hpp"
#include "orchestrator/report/json_forms.hpp"
#include "searchers/stats/sample.hpp"

namespace winnow::run {
namespace {

using Json = nlohmann::ordered_json;

/// A mean loss in the metric's own frame.
Json value_json(const Objective& objective, double loss) {
  return number_json(to_value(objective, loss));
}

Json folds_json(const FoldTrials& folds) {
  Json numbers = Json::array();
  for (const std::optional<TrialNumber>& number : folds) {
    numbers.push_back(number ? Json(number->value) : Json());
  }
  return numbers;
}

}  // namespace

Json untested_record(const std::string& reason) {
  Json record{{"version", 1}, {"verdict", to_text(VerdictWord::not_tested)}};
  for (const char* field : {"chosen", "baseline", "hypothesis", "alpha", "test", "p", "p_corrected",
                            "effect", "interval", "pairs"}) {
    record[field] = nullptr;
  }
  record["reasons"] = Json::array({reason});
  return record;
}

Json trial_or_null(const std::vector<store::TrialRow>& trials,
                   const std::optional<TrialNumber>& number) {
  return number ? trial_json(row_of(trials, *number)) : Json();
}

Json arm_json(const SelectionSpec& selection, const Finalists& finalists, std::size_t arm,
              const RaceState& race) {
  const Arm& one = finalists.arms[arm];
  Json json{{"baseline", one.is_baseline}, {"params", to_json(one.point)}};
  json["search_trial"] = one.search_trial ? Json(one.search_trial->value) : Json();
  json["search_value"] = one.search_value ? number_json(*one.search_value) : Json();
  std::vector<double> losses;
  json["fresh_trials"] = Json::array();
  json["fresh_values"] = Json::array();
  for (std::size_t replicate = 0; replicate < finalists.fresh[arm].size(); ++replicate) {
    const FoldTrials& folds = finalists.trials[arm][replicate];
    if (!folds.front()) continue;  // the first to start
    const FreshTrial& fresh = finalists.fresh[arm][replicate];
    json["fresh_trials"].push_back(selection.folds ? folds_json(folds)
                                                   : Json(folds.front()->value));
    json["fresh_values"].push_back(fresh.loss ? value_json(selection.objective, *fresh.loss)
                                              : Json());
    if (fresh.loss) losses.push_back(*fresh.loss);
  }
  json["mean"] = losses.empty() ? Json() : value_json(selection.objective, stats::mean(losses));
  json["sd"] = losses.size() < 2 ? Json() : number_json(std::sqrt(stats::variance(losses)));
  const std::vector<double>& costs = finalists.costs[arm];
  json["mean_cost"] = costs.empty() ? Json() : number_json(stats::mean(costs));
  const std::vector<double>& holdout = finalists.holdout_values[arm];
  if (selection.holdout_metric) {
    json["holdout_mean"] = holdout.empty() ? Json() : number_json(stats::mean(holdout));
  }
  json["left_at_look"] = nullptr;
  for (std::size_t look = 0; look < race.looks.size(); ++look) {
    if (std::ranges::count(race.looks[look].leaving, static_cast<int>(arm)) > 0) {
      json["left_at_look"] = look + 1;
    }
  }
  return json;
}

std::optional<TrialNumber> trial_of(const Finalists& finalists, std::size_t arm) {
  if (finalists.arms[arm].search_trial) return finalists.arms[arm].search_trial;
  for (std::size_t replicate = 0; replicate < finalists.fresh[arm].size(); ++replicate) {
    if (finalists.fresh[arm][replicate].loss) return finalists.trials[arm][replicate].front();
  }
  return std::nullopt;
}

}  // namespace winnow::run
