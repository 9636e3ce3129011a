#include "orchestrator/report/analysis_summary.hpp"

#include <algorithm>

#include "orchestrator/report/json_forms.hpp"

namespace winnow::run {
namespace {

using Json = nlohmann::ordered_json;

Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json spread_json(const MetricSpread& spread) {
  const stats::Description& values = spread.values;
  Json json = Json::object();
  json["metric"] = spread.metric;
  json["trials"] = values.n;
  json["mean"] = number_json(values.mean);
  json["mean_interval"] = spread.of_the_mean ? interval_json(*spread.of_the_mean) : Json();
  json["sd"] = number_json(values.standard_deviation);
  json["minimum"] = number_json(values.minimum);
  json["lower_quartile"] = number_json(values.lower_quartile);
  json["median"] = number_json(values.median);
  json["upper_quartile"] = number_json(values.upper_quartile);
  json["maximum"] = number_json(values.maximum);
  return json;
}

Json left_out_json(const MetricLeftOut& metric) {
  return {{"metric", metric.metric}, {"reason", metric.reason}};
}

const char* kind_of(const Relation& relation) {
  switch (relation.with) {
    case Relation::With::parameter:
      return "parameter";
    case Relation::With::metric:
      return "metric";
    case Relation::With::seconds:
      return "seconds";
  }
  return "";
}

Json relation_json(const Relation& relation) {
  Json json = Json::object();
  json["with"] = kind_of(relation);
  json["name"] = relation.name;
  json["method"] = relation.is_choice ? "kruskal_wallis" : "spearman";
  json["trials"] = relation.trials;
  json["strength"] = number_json(relation.strength);
  json["interval"] = relation.interval ? interval_json(*relation.interval) : Json();
  json["pearson"] = relation.linear ? number_json(*relation.linear) : Json();
  json["p"] = number_json(relation.p);
  json["p_holm"] = number_json(relation.p_holm);
  return json;
}

Json levels_json(const std::vector<Level>& levels) {
  Json json = Json::array();
  for (const Level& level : levels) {
    json.push_back({{"value", to_json(level.value)},
                    {"score", number_json(level.score.mean)},
                    {"sd", number_json(level.score.deviation)}});
  }
  return json;
}

Json effect_json(const ParameterEffect& effect) {
  const search::SobolIndex& index = effect.sensitivity;
  Json json = Json::object();
  json["name"] = effect.name;
  json["fanova"] = effect.share.mean;
  json["fanova_sd"] = effect.share.deviation;
  json["sobol_first"] = index.first;
  json["sobol_first_interval"] = {index.first_low, index.first_high};
  json["sobol_total"] = index.total;
  json["sobol_total_interval"] = {index.total_low, index.total_high};
  json["dependence"] = levels_json(effect.dependence);
  json["one_at_a_time"] = levels_json(effect.one_at_a_time);
  return json;
}

Json ablation_json(const Ablation& ablation) {
  const auto value = [](const std::optional<Value>& one) { return one ? to_json(*one) : Json(); };
  Json json = Json::object();
  json["from"] = ablation.from;
  json["to"] = ablation.to.value;
  json["score"] = number_json(ablation.score);
  json["steps"] = Json::array();
  for (const AblationStep& step : ablation.steps) {
    json["steps"].push_back({{"parameter", step.parameter},
                             {"from", value(step.from)},
                             {"to", value(step.to)},
                             {"score", number_json(step.score)}});
  }
  return json;
}

Json curve_json(const CurveForecast& curve) {
  Json json = Json::object();
  json["trial"] = curve.trial.value;
  json["last_step"] = curve.last_step;
  json["last_score"] = number_json(curve.last_score);
  json["at_step"] = curve.at_step;
  json["score"] = number_json(curve.score);
  json["interval"] = interval_json(curve.interval);
  json["limit"] = curve.limit ? number_json(*curve.limit) : Json();
  return json;
}

template <class T, class Form>
Json list_json(const std::vector<T>& items, const Form& form) {
  Json json = Json::array();
  for (const T& item : items) json.push_back(form(item));
  return json;
}

}  // namespace

const Level& best_level(const std::vector<Level>& levels, const Objective& objective) {
  return *std::ranges::min_element(
      levels, {}, [&](const Level& level) { return to_loss(objective, level.score.mean); });
}

Json as_json(const AnalysisSummary& summary) {
  Json json = Json::object();
  json["version"] = 1;
  json["study"] = summary.study;
  json["metric"] = summary.objective.metric;
  json["goal"] = summary.objective.direction == Direction::minimize ? "minimize" : "maximize";
  json["metrics"] = list_json(summary.metrics.described, spread_json);
  json["metrics_left_out"] = list_json(summary.metrics.left_out, left_out_json);
  json["relations"] = list_json(summary.relations, relation_json);
  json["model"] = summary.no_model.empty() ? as_json(summary.model) : Json();
  json["no_model"] = text_or_null(summary.no_model);
  json["parameters"] = list_json(summary.effects, effect_json);
  json["centre"] = summary.centre ? Json(summary.centre->value) : Json();
  json["ablation"] = summary.ablation ? ablation_json(*summary.ablation) : Json();
  json["no_ablation"] = text_or_null(summary.no_ablation);
  json["curves"] = list_json(summary.curves, curve_json);
  json["no_curves"] = text_or_null(summary.no_curves);
  return json;
}

}  // namespace winnow::run
