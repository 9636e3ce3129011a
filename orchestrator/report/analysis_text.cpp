// An analysis for people: a table for each question, and below it what to make of it.
#include <fmt/format.h>

#include "orchestrator/report/analysis_summary.hpp"
#include "orchestrator/report/numbers.hpp"
#include "orchestrator/report/table.hpp"
#include "orchestrator/report/terminal_text.hpp"

namespace winnow::run {
namespace {

using Align = Table::Align;

Table table_of(std::vector<std::string> titles) {
  Table table;
  for (std::string& title : titles) {
    table.columns.push_back({std::move(title), table.columns.empty() ? Align::left : Align::right});
  }
  return table;
}

std::string range_text(const stats::Interval& interval) {
  return fmt::format("{} to {}", number_text(interval.low), number_text(interval.high));
}

std::string section(const char* title, const Table& table, std::size_t width,
                    const std::string& below = "") {
  if (table.rows.empty() && below.empty()) return "";
  return fmt::format("{}\n\n{}{}\n", title, table.rows.empty() ? "" : as_text(table, width),
                     below.empty() ? "" : below + "\n");
}

}  // namespace

Table metrics_table(const AnalysisSummary& summary) {
  Table table = table_of({"metric", "trials", "mean", "95 % interval of it", "sd", "minimum",
                          "quartile", "median", "quartile", "maximum"});
  for (const MetricSpread& spread : summary.metrics.described) {
    const stats::Description& values = spread.values;
    table.rows.push_back({spread.metric, std::to_string(values.n), number_text(values.mean),
                          spread.of_the_mean ? range_text(*spread.of_the_mean) : "",
                          number_text(values.standard_deviation), number_text(values.minimum),
                          number_text(values.lower_quartile), number_text(values.median),
                          number_text(values.upper_quartile), number_text(values.maximum)});
  }
  return table;
}

std::string left_out_sentences(const AnalysisSummary& summary) {
  std::string text;
  for (const MetricLeftOut& metric : summary.metrics.left_out) {
    text += fmt::format("{} is left out: {}\n", terminal_text(metric.metric), metric.reason);
  }
  return text;
}

Table relations_table(const AnalysisSummary& summary) {
  Table table = table_of({"", "trials", "strength", "95 % interval", "Pearson", "p", "p (Holm)"});
  for (const Relation& relation : summary.relations) {
    table.rows.push_back(
        {relation.name + (relation.is_choice ? " (choice)" : ""), std::to_string(relation.trials),
         fmt::format("{:.3f}", relation.strength),
         relation.interval
             ? fmt::format("{:.2f} to {:.2f}", relation.interval->low, relation.interval->high)
             : "",
         relation.linear ? fmt::format("{:.3f}", *relation.linear) : "", stats::p_text(relation.p),
         stats::p_text(relation.p_holm)});
  }
  return table;
}

Table effects_table(const AnalysisSummary& summary) {
  Table table = table_of({"parameter", "fANOVA", "Sobol alone", "Sobol total", "on average best at",
                          "there", "from the centre best at", "there"});
  for (const ParameterEffect& effect : summary.effects) {
    const search::SobolIndex& index = effect.sensitivity;
    const Level& best = best_level(effect.dependence, summary.objective);
    std::string at, there;
    if (!effect.one_at_a_time.empty()) {
      const Level& own = best_level(effect.one_at_a_time, summary.objective);
      at = value_text(own.value);
      there = number_text(own.score.mean);
    }
    table.rows.push_back(
        {effect.name, fmt::format("{:.3f} ± {:.3f}", effect.share.mean, effect.share.deviation),
         fmt::format("{:.2f} ({:.2f} to {:.2f})", index.first, index.first_low, index.first_high),
         fmt::format("{:.2f} ({:.2f} to {:.2f})", index.total, index.total_low, index.total_high),
         value_text(best.value), number_text(best.score.mean), at, there});
  }
  return table;
}

Table ablation_table(const Ablation& path) {
  const auto setting_text = [](const std::optional<Value>& value) {
    return value ? value_text(*value) : "(not active)";
  };
  Table table = table_of({"parameter", "from", "to", "score after it"});
  table.rows.push_back({path.from, "", "", number_text(path.score)});
  for (const AblationStep& step : path.steps) {
    table.rows.push_back(
        {step.parameter, setting_text(step.from), setting_text(step.to), number_text(step.score)});
  }
  return table;
}

std::string ablation_sentence(const Ablation& path) {
  return fmt::format("From {} to trial {}, each time the exchange that the forest says helps most.",
                     path.from, path.to.value);
}

Table curves_table(const AnalysisSummary& summary) {
  Table table = table_of(
      {"trial", "last step", "score", "at step", "foreseen", "95 % interval", "in the limit"});
  for (const CurveForecast& curve : summary.curves) {
    table.rows.push_back({std::to_string(curve.trial.value), std::to_string(curve.last_step),
                          number_text(curve.last_score), std::to_string(curve.at_step),
                          number_text(curve.score), range_text(curve.interval),
                          curve.limit ? number_text(*curve.limit) : "not told"});
  }
  return table;
}

std::string as_text(const AnalysisSummary& summary, std::size_t width) {
  std::string text =
      section("Metrics of the completed trials", metrics_table(summary), width,
              left_out_sentences(summary)) +
      section("What the score goes with", relations_table(summary), width,
              "Spearman's rank correlation; of choices the part of the ranks' variation that lies "
              "between them (Kruskal, Wallis).\nA search chose these settings: what goes together "
              "need not cause each other.\n");
  if (!summary.no_model.empty()) {
    text += fmt::format("No model of the scores: {}\n\n", summary.no_model);
  } else {
    std::string below = quality_sentence(summary.model) + "\n";
    if (summary.centre) {
      below += fmt::format(
          "The centre is trial {}: one parameter is moved, the others stay as they are there.\n",
          summary.centre->value);
    }
    text +=
        section("What moves the score, by a random forest", effects_table(summary), width, below);
  }
  if (summary.ablation) {
    text += section("Ablation", ablation_table(*summary.ablation), width,
                    ablation_sentence(*summary.ablation) + "\n");
  } else if (!summary.no_ablation.empty()) {
    text += fmt::format("No ablation path: {}\n\n", summary.no_ablation);
  }
  if (!summary.curves.empty()) {
    text += section("Where learning curves lead", curves_table(summary), width,
                    "A power law through what was reported; it cannot foresee overfitting.");
  } else if (!summary.no_curves.empty()) {
    text += fmt::format("No learning curves: {}\n", summary.no_curves);
  }
  return text;
}

}  // namespace winnow::run
