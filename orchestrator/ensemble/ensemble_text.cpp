// An ensemble as people and programs see it.
#include <fmt/format.h>

#include "orchestrator/ensemble/ensemble.hpp"
#include "orchestrator/report/json_forms.hpp"
#include "orchestrator/report/numbers.hpp"
#include "orchestrator/report/table.hpp"
#include "orchestrator/report/terminal_text.hpp"

namespace winnow::run {
namespace {

using Json = nlohmann::ordered_json;

Json stacking_json(const search::StackingModel& model) {
  Json rows = Json::array();
  for (Eigen::Index i = 0; i < model.coefficients.rows(); ++i) {
    Json row = Json::array();
    for (Eigen::Index k = 0; k < model.coefficients.cols(); ++k) {
      row.push_back(model.coefficients(i, k));
    }
    rows.push_back(std::move(row));
  }
  return {{"penalty", model.penalty}, {"coefficients", std::move(rows)}};
}

Json test_json(const EnsembleTest& test) {
  Json json{{"rows", test.rows},
            {"accuracy", test.accuracy},
            {"single_accuracy", test.single_accuracy},
            {"only_ensemble_correct", test.discordant.only_first},
            {"only_single_correct", test.discordant.only_second},
            {"mcnemar_exact_p", test.mcnemar.exact_p},
            {"mcnemar_mid_p", test.mcnemar.mid_p},
            {"difference_interval",
             {test.rates.difference_interval.low, test.rates.difference_interval.high}},
            {"brier", test.brier},
            {"single_brier", test.single_brier}};
  json["brier_gain_interval"] =
      test.brier_gain ? Json::array({test.brier_gain->low, test.brier_gain->high}) : Json();
  return json;
}

}  // namespace

Json as_json(const Ensemble& ensemble, const std::vector<std::string>& members) {
  Json json{{"version", 1},
            {"method", to_text(ensemble.kind)},
            {"verdict", ensemble.test.is_improved() ? "improved" : "not_proven"},
            {"classes", ensemble.classes},
            {"members", Json::array()}};
  for (std::size_t i = 0; i < members.size(); ++i) {
    Json member{{"name", members[i]}};
    if (!ensemble.weights.empty()) member["weight"] = ensemble.weights[i];
    json["members"].push_back(std::move(member));
  }
  if (ensemble.stacking) json["stacking"] = stacking_json(*ensemble.stacking);
  json["best_single"] = members[ensemble.best_member];
  json["disagreement"] = ensemble.disagreement;
  json["tried"] = Json::array();
  for (const CombinationScore& score : ensemble.tried) {
    json["tried"].push_back(
        {{"method", to_text(score.kind)}, {"brier", score.brier}, {"accuracy", score.accuracy}});
  }
  if (!ensemble.no_stacking.empty()) json["no_stacking"] = ensemble.no_stacking;
  json["test"] = test_json(ensemble.test);
  return json;
}

std::string as_text(const Ensemble& ensemble, const std::vector<std::string>& members,
                    std::size_t width) {
  using Align = Table::Align;
  Table ways;
  ways.columns = {
      {"combination", Align::left}, {"Brier score", Align::right}, {"accuracy", Align::right}};
  for (const CombinationScore& score : ensemble.tried) {
    const std::string mark = score.kind == ensemble.kind ? " *" : "";
    ways.rows.push_back({std::string(to_text(score.kind)) + mark, number_text(score.brier),
                         fmt::format("{:.4f}", score.accuracy)});
  }
  std::string text =
      as_text(ways, width) + fmt::format(
                                 "Cross-validated on the rows for selection. Two members differ on "
                                 "{:.1f} % of them.\n\n",
                                 100 * ensemble.disagreement);
  if (!ensemble.no_stacking.empty()) text += "Left out: " + ensemble.no_stacking + ".\n\n";
  if (!ensemble.weights.empty()) {
    Table weights;
    weights.columns = {{"member", Align::left}, {"weight", Align::right}};
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (ensemble.weights[i] > 0) {
        weights.rows.push_back({members[i], fmt::format("{:.3f}", ensemble.weights[i])});
      }
    }
    text += as_text(weights, width) + "\n";
  }
  const EnsembleTest& test = ensemble.test;
  text += fmt::format(
      "On {} rows for the test: ensemble {:.4f} correct, best single model ({}) {:.4f}; difference "
      "{:+.4f} (95 % interval {:+.4f} to {:+.4f})\n"
      "rows that only the ensemble got right: {}; only the single model: {}\n"
      "McNemar's exact test, two-sided: p = {}\n",
      test.rows, test.accuracy, terminal_text(members[ensemble.best_member]), test.single_accuracy,
      test.rates.difference, test.rates.difference_interval.low,
      test.rates.difference_interval.high, test.discordant.only_first, test.discordant.only_second,
      stats::p_text(test.mcnemar.exact_p));
  if (test.brier_gain) {
    text += fmt::format("Brier score {} against {}, gain {} to {}\n", number_text(test.brier),
                        number_text(test.single_brier), number_text(test.brier_gain->low),
                        number_text(test.brier_gain->high));
  }
  return text + (test.is_improved()
                     ? "verdict: improved\n"
                     : "verdict: not_proven; that does not show the two to be equal\n");
}

}  // namespace winnow::run
