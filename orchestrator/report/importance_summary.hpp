// Which parameters of a study matter, as people and programs see it, beside how well the models
// that say so predict. How it is found is in searchers/models/ped_anova.hpp (what makes the best
// trials) and functional_anova.hpp (what the score varies with over the whole space).
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "orchestrator/report/model_quality.hpp"
#include "orchestrator/report/table.hpp"
#include "searchers/models/functional_anova.hpp"
#include "searchers/models/ped_anova.hpp"

namespace winnow::run {

struct ParameterImportance {
  std::string name;
  search::AxisImportance found;
  search::OverTrees of_variance = {};  // what the forest's predictions vary with it alone
};

struct PairImportance {
  std::string first, second;
  search::OverTrees of_variance;  // beyond what each of the two has alone
};

struct ImportanceSummary {
  std::string study, metric;
  int trials = 0;  // completed trials of the search with a finite value of the metric
  int best = 0;    // of them, those held against all
  double held_out_auc = 0.5;
  double auc_sd_by_chance = 0;                       // of a model that predicts nothing
  std::vector<ParameterImportance> parameters = {};  // the greatest share first
  ModelQuality forest = {};
  std::vector<PairImportance> pairs = {};  // the greatest few

  /// Better than a model of nothing would be in 19 of 20 studies.
  bool predicts() const;
};

/// {"version":1,"study":…,"metric":…,"method":"ped-anova","trials":…,"best":…,"auc":…,
/// "auc_sd_by_chance":…,"predicts":true,"parameters":[{"name":…,"share":…,"p":…,"divergence":…,
/// "by_chance":…,"trials":…,"fanova":…,"fanova_sd":…}],"forest":{…model quality…},
/// "pairs":[{"first":…,"second":…,"fanova":…,"fanova_sd":…}]}
nlohmann::ordered_json as_json(const ImportanceSummary& summary);

/// The shares, and below them in sentences what they rest on and whether to trust them.
std::string as_text(const ImportanceSummary& summary, std::size_t width);
std::string quality_sentence(const ImportanceSummary& summary);

/// For programs: a row for each parameter, fields as in the JSON.
Table importance_table(const ImportanceSummary& summary);

}  // namespace winnow::run
