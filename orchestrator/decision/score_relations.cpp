#include "orchestrator/decision/score_relations.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "orchestrator/decision/score_model.hpp"
#include "searchers/stats/error_control/corrections.hpp"
#include "searchers/stats/groups/kruskal_wallis.hpp"
#include "searchers/stats/relations/correlation.hpp"
#include "searchers/stats/student_t.hpp"

namespace winnow::run {
namespace {

constexpr std::size_t fewest_pairs = 3;

struct Columns {
  std::vector<double> x, score;
};

/// A number that a value stands for: itself, or its place in an ordered list.
std::optional<double> number_of(const Domain& domain, const Value& value) {
  const auto* choice = std::get_if<Categorical>(&domain);
  if (choice != nullptr) {
    const auto place = index_of(domain, value);
    return place ? std::optional(static_cast<double>(*place)) : std::nullopt;
  }
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    return static_cast<double>(*integer);
  }
  const auto* real = std::get_if<double>(&value);
  return real != nullptr ? std::optional(*real) : std::nullopt;
}

std::optional<Relation> correlated(Relation::With with, const std::string& name,
                                   const Columns& columns) {
  if (columns.x.size() < fewest_pairs) return std::nullopt;
  const auto ranks = stats::spearman(columns.x, columns.score);
  if (!ranks) return std::nullopt;
  Relation relation{with, name};
  relation.trials = static_cast<int>(columns.x.size());
  relation.strength = ranks->coefficient;
  relation.interval = ranks->interval;
  relation.p = ranks->test.p;
  if (const auto linear = stats::pearson(columns.x, columns.score)) {
    relation.linear = linear->coefficient;
  }
  return relation;
}

std::optional<Relation> of_choice(const std::string& name, const Columns& columns) {
  std::map<double, std::vector<double>> by_choice;
  for (std::size_t i = 0; i < columns.x.size(); ++i) {
    by_choice[columns.x[i]].push_back(columns.score[i]);
  }
  std::vector<std::vector<double>> groups;
  for (auto& [choice, scores] : by_choice) groups.push_back(std::move(scores));
  if (groups.size() < 2 || columns.x.size() < fewest_pairs) return std::nullopt;
  const auto test = stats::kruskal_wallis(groups);
  if (!test) return std::nullopt;
  Relation relation{Relation::With::parameter, name, true};
  relation.trials = static_cast<int>(columns.x.size());
  relation.strength = test->epsilon_squared;
  relation.p = test->test.p;
  return relation;
}

/// Of the trials that have both.
template <class Pick>
Columns columns_of(const std::vector<store::TrialRow>& trials, const Objective& objective,
                   const Pick& pick) {
  Columns columns;
  for (const store::TrialRow& row : trials) {
    const std::optional<double> score = searched_value(row, objective.metric);
    if (!score) continue;
    const std::optional<double> x = pick(row);
    if (!x || !std::isfinite(*x)) continue;
    columns.x.push_back(*x);
    columns.score.push_back(*score);
  }
  return columns;
}

std::vector<std::string> metric_names(const StudySpec& study,
                                      const std::vector<store::TrialRow>& trials) {
  std::vector<std::string> names;
  for (const Objective& objective : study.objectives) names.push_back(objective.metric);
  std::set<std::string> others;
  for (const store::TrialRow& row : trials) {
    for (const auto& [metric, value] : row.values) others.insert(metric);
  }
  for (const std::string& name : names) others.erase(name);
  names.insert(names.end(), others.begin(), others.end());
  return names;
}

void correct(std::vector<Relation>& relations) {
  if (relations.empty()) return;
  std::vector<double> raw;
  for (const Relation& relation : relations) raw.push_back(relation.p);
  const std::vector<double> corrected = *stats::adjusted(raw, stats::Correction::holm);
  for (std::size_t i = 0; i < relations.size(); ++i) relations[i].p_holm = corrected[i];
}

}  // namespace

MetricSpreads metric_spreads(const StudySpec& study, const std::vector<store::TrialRow>& trials) {
  MetricSpreads spreads;
  for (const std::string& metric : metric_names(study, trials)) {
    std::vector<double> values;
    for (const store::TrialRow& row : trials) {
      if (const auto value = searched_value(row, metric)) values.push_back(*value);
    }
    if (values.empty()) continue;
    const auto description = stats::describe(values);
    if (!description) {
      spreads.left_out.push_back({metric, description.refusal().reason});
      continue;
    }
    MetricSpread spread{metric, *description, std::nullopt};
    if (const auto mean = stats::one_sample_t(values)) spread.of_the_mean = mean->interval;
    spreads.described.push_back(std::move(spread));
  }
  return spreads;
}

std::vector<Relation> score_relations(const StudySpec& study,
                                      const std::vector<store::TrialRow>& trials,
                                      const Objective& objective) {
  std::vector<Relation> relations;
  const auto add = [&](std::optional<Relation> relation) {
    if (relation) relations.push_back(*std::move(relation));
  };
  for (const Parameter& parameter : study.space.parameters()) {
    const Columns columns = columns_of(trials, objective, [&](const store::TrialRow& row) {
      const Value* value = row.trial.suggestion.point.find(parameter.name);
      return value == nullptr ? std::nullopt : number_of(parameter.domain, *value);
    });
    const auto* choice = std::get_if<Categorical>(&parameter.domain);
    const bool is_nominal = choice != nullptr && !choice->ordered;
    add(is_nominal ? of_choice(parameter.name, columns)
                   : correlated(Relation::With::parameter, parameter.name, columns));
  }
  for (const std::string& metric : metric_names(study, trials)) {
    if (metric == objective.metric) continue;
    add(correlated(Relation::With::metric, metric,
                   columns_of(trials, objective, [&](const store::TrialRow& row) {
                     return searched_value(row, metric);
                   })));
  }
  add(correlated(Relation::With::seconds, "seconds of a trial",
                 columns_of(trials, objective, [](const store::TrialRow& row) {
                   return std::optional(row.elapsed_s);
                 })));
  correct(relations);
  std::ranges::stable_sort(relations, {}, &Relation::p);
  return relations;
}

}  // namespace winnow::run
