#include "orchestrator/report/importance_summary.hpp"

#include <fmt/format.h>

#include "orchestrator/report/json_forms.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "searchers/stats/result.hpp"

namespace winnow::run {

using Json = nlohmann::ordered_json;

namespace {

std::string over_trees_text(const search::OverTrees& share) {
  return fmt::format("{:.3f} ± {:.3f}", share.mean, share.deviation);
}

}  // namespace

bool ImportanceSummary::predicts() const {
  constexpr double one_sided_95 = 1.645;  // of the standard normal
  return held_out_auc > 0.5 + one_sided_95 * auc_sd_by_chance;
}

nlohmann::ordered_json as_json(const ImportanceSummary& summary) {
  Json json = Json::object();
  json["version"] = 1;
  json["study"] = summary.study;
  json["metric"] = summary.metric;
  json["method"] = "ped-anova";
  json["trials"] = summary.trials;
  json["best"] = summary.best;
  json["auc"] = summary.held_out_auc;
  json["auc_sd_by_chance"] = summary.auc_sd_by_chance;
  json["predicts"] = summary.predicts();
  json["parameters"] = Json::array();
  for (const ParameterImportance& parameter : summary.parameters) {
    Json form = Json::object();
    form["name"] = parameter.name;
    form["share"] = parameter.found.share;
    form["p"] = parameter.found.p;
    form["divergence"] = parameter.found.divergence;
    form["by_chance"] = parameter.found.by_chance;
    form["trials"] = parameter.found.trials;
    form["fanova"] = parameter.of_variance.mean;
    form["fanova_sd"] = parameter.of_variance.deviation;
    json["parameters"].push_back(std::move(form));
  }
  json["forest"] = as_json(summary.forest);
  json["pairs"] = Json::array();
  for (const PairImportance& pair : summary.pairs) {
    json["pairs"].push_back({{"first", pair.first},
                             {"second", pair.second},
                             {"fanova", pair.of_variance.mean},
                             {"fanova_sd", pair.of_variance.deviation}});
  }
  return json;
}

std::string quality_sentence(const ImportanceSummary& summary) {
  return fmt::format(
      "On trials it was not fitted to, the model tells the best from the rest with an area under "
      "the curve of {:.2f} (0.5 by chance, give or take {:.2f}){}",
      summary.held_out_auc, summary.auc_sd_by_chance,
      summary.predicts() ? "." : ": it does not predict, and the shares are noise.");
}

std::string as_text(const ImportanceSummary& summary, std::size_t width) {
  using Align = Table::Align;
  Table table;
  table.columns = {{"parameter", Align::left},
                   {"share", Align::right},
                   {"p", Align::right},
                   {"trials", Align::right},
                   {"fANOVA", Align::right}};
  for (const ParameterImportance& parameter : summary.parameters) {
    table.rows.push_back({parameter.name, fmt::format("{:.3f}", parameter.found.share),
                          stats::p_text(parameter.found.p), std::to_string(parameter.found.trials),
                          over_trees_text(parameter.of_variance)});
  }
  std::string text =
      as_text(table, width) +
      fmt::format(
          "\nshare (PED-ANOVA): how far the values in the best {} of {} trials differ from those "
          "in all, beyond chance; p is that of a parameter that does not matter.\n{}\n\nfANOVA: "
          "the part of a random forest's variance over the whole space that is due to the "
          "parameter alone, and its standard deviation over trees.\n{}\n",
          summary.best, summary.trials, quality_sentence(summary),
          quality_sentence(summary.forest));
  for (const PairImportance& pair : summary.pairs) {
    text += fmt::format("  {} with {}: {}\n", terminal_text(pair.first), terminal_text(pair.second),
                        over_trees_text(pair.of_variance));
  }
  return text;
}

Table importance_table(const ImportanceSummary& summary) {
  Table table;
  table.columns = {{"parameter"}, {"share"}, {"p"},      {"divergence"}, {"by_chance"},
                   {"trials"},    {"auc"},   {"fanova"}, {"fanova_sd"},  {"r_squared"}};
  for (const ParameterImportance& parameter : summary.parameters) {
    const search::AxisImportance& found = parameter.found;
    table.rows.push_back(
        {parameter.name, exact_text(found.share), exact_text(found.p), exact_text(found.divergence),
         exact_text(found.by_chance), std::to_string(found.trials),
         exact_text(summary.held_out_auc), exact_text(parameter.of_variance.mean),
         exact_text(parameter.of_variance.deviation), exact_text(summary.forest.r_squared)});
  }
  return table;
}

}  // namespace winnow::run
