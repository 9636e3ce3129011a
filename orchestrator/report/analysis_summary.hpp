// What a study's trials say beyond its winner, as people and programs see it: how its metrics are
// spread, what the score goes with, which parameters move it and how, what brought the winner from
// the default, and where its learning curves lead. How it is found: orchestrator/decision/analysis.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/report/model_quality.hpp"
#include "orchestrator/report/table.hpp"
#include "searchers/models/functional_anova.hpp"
#include "searchers/models/sobol_indices.hpp"
#include "searchers/problem/objective.hpp"
#include "searchers/problem/point.hpp"
#include "searchers/stats/result.hpp"
#include "searchers/stats/sample.hpp"

namespace winnow::run {

struct MetricSpread {
  std::string metric;
  stats::Description values;                   // of completed trials of the search
  std::optional<stats::Interval> of_the_mean;  // Student's t, 95 %
};

/// A metric whose values cannot be described, and why.
struct MetricLeftOut {
  std::string metric, reason;
};

struct MetricSpreads {
  std::vector<MetricSpread> described;
  std::vector<MetricLeftOut> left_out;
};

/// Of the score with something else that was chosen, measured or spent.
struct Relation {
  enum class With { parameter, metric, seconds } with = With::parameter;
  std::string name;
  bool is_choice = false;  // then Kruskal and Wallis's ε², without a sign or an interval
  int trials = 0;
  double strength = 0;  // Spearman's correlation, or ε²
  std::optional<stats::Interval> interval = {};
  std::optional<double> linear = {};  // Pearson's correlation
  double p = 1, p_holm = 1;
};

struct Level {
  Value value;
  double unit = 0;  // its place in [0, 1], logarithms and choices evenly spread
  search::OverTrees score;
};

struct SeenScore {
  TrialNumber trial;
  double unit = 0, score = 0;
};

struct ParameterEffect {
  std::string name;
  search::OverTrees share;  // fANOVA, alone
  search::SobolIndex sensitivity;
  std::vector<Level> dependence = {};  // mean over the whole space
  std::vector<SeenScore> seen = {};    // of the trials that have it
  /// From the chosen trial, everything else as it is there; nothing where the parameter is not
  /// active.
  std::vector<Level> one_at_a_time = {};
};

/// Exchanging one parameter after the other, the one that the model says helps most first.
struct AblationStep {
  std::string parameter;
  std::optional<Value> from, to;  // nothing: not active
  double score = 0;               // of the model, after the exchange
};

struct Ablation {
  std::string from;  // "the default", "trial 3": what the path begins with
  TrialNumber to;
  double score = 0;  // of the model, at the beginning
  std::vector<AblationStep> steps;
};

struct CurveForecast {
  TrialNumber trial;
  std::int64_t last_step = 0, at_step = 0;
  double last_score = 0;
  double score = 0;             // at `at_step`
  stats::Interval interval;     // of it, 95 %
  std::optional<double> limit;  // after any number of steps; nothing: the curve has not bent
};

struct AnalysisSummary {
  std::string study;
  Objective objective;
  MetricSpreads metrics;
  std::vector<Relation> relations;
  std::string no_model;  // why there is no model; then the next four are empty
  ModelQuality model;
  std::vector<ParameterEffect> effects;  // the greatest share first
  std::optional<TrialNumber> centre;     // of one_at_a_time
  std::optional<Ablation> ablation;
  std::string no_ablation;
  std::vector<CurveForecast> curves;  // the best trials, and those that were stopped
  std::string no_curves;
};

/// {"version":1,"study":…,"metric":…,"goal":…,"metrics":[…],"metrics_left_out":[…],
/// "relations":[…],"model":{…},
/// "parameters":[…],"ablation":{…},"curves":[…]}; what there is not is null, with a reason beside.
nlohmann::ordered_json as_json(const AnalysisSummary& summary);

std::string as_text(const AnalysisSummary& summary, std::size_t width);

/// Its parts, for people.
Table metrics_table(const AnalysisSummary& summary);
/// A line for each metric that is not in that table; nothing where all are.
std::string left_out_sentences(const AnalysisSummary& summary);
Table relations_table(const AnalysisSummary& summary);
Table effects_table(const AnalysisSummary& summary);
Table ablation_table(const Ablation& path);
std::string ablation_sentence(const Ablation& path);
Table curves_table(const AnalysisSummary& summary);

/// The level with the best mean score. Needs one.
const Level& best_level(const std::vector<Level>& levels, const Objective& objective);

}  // namespace winnow::run
