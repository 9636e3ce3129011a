#include "orchestrator/decision/analysis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "orchestrator/decision/ablation.hpp"
#include "orchestrator/decision/changed_point.hpp"
#include "orchestrator/decision/chosen_trial.hpp"
#include "orchestrator/decision/score_model.hpp"
#include "orchestrator/decision/score_relations.hpp"
#include "orchestrator/report/withheld.hpp"
#include "searchers/problem/error.hpp"
#include "searchers/stats/relations/learning_curve.hpp"

namespace winnow::run {
namespace {

/// Curves of the best trials; more are in the store.
constexpr std::size_t shown_curves = 10;

/// What is compared with the winner: a selection's baseline, else the parameters' defaults, else
/// the first trial.
struct Start {
  std::string name;
  Point point;
};

std::optional<Start> start_of(const StudySpec& study, const std::vector<store::TrialRow>& trials) {
  if (study.selection && study.selection->baseline) {
    return Start{"the baseline", *study.selection->baseline};
  }
  if (const auto defaults = study.space.complete(Point())) return Start{"the default", *defaults};
  if (trials.empty()) return std::nullopt;
  return Start{"trial 0", trials.front().trial.suggestion.point};
}

std::vector<Level> one_at_a_time(const ScoreModel& model, std::size_t axis,
                                 const std::vector<Value>& values, const Point& centre) {
  std::vector<Level> levels;
  if (centre.find(model.name(axis)) == nullptr) return levels;
  for (const Value& value : values) {
    const Point moved = changed_point(model.space(), centre, {{model.name(axis), value}}, centre);
    const search::RandomForest::Expected expected = model.at(moved);
    levels.push_back(
        {value, model.unit(axis, value), {expected.mean, std::sqrt(expected.variance)}});
  }
  return levels;
}

std::vector<ParameterEffect> effects_of(const ScoreModel& model,
                                        const std::optional<Point>& centre) {
  std::vector<std::vector<Value>> grids;
  for (std::size_t axis = 0; axis < model.axes(); ++axis) grids.push_back(model.grid(axis));
  const search::FunctionalAnova shares = model.shares();
  const search::SobolIndices sensitivity = model.sensitivity();
  const auto dependence = model.dependence(grids);
  std::vector<ParameterEffect> effects;
  for (std::size_t axis = 0; axis < model.axes(); ++axis) {
    ParameterEffect effect{model.name(axis), shares.single[axis], sensitivity.inputs[axis]};
    for (std::size_t k = 0; k < grids[axis].size(); ++k) {
      effect.dependence.push_back(
          {grids[axis][k], model.unit(axis, grids[axis][k]), dependence[axis][k]});
    }
    effect.seen = model.seen(axis);
    if (centre) effect.one_at_a_time = one_at_a_time(model, axis, grids[axis], *centre);
    effects.push_back(std::move(effect));
  }
  std::ranges::stable_sort(effects, std::greater(),
                           [](const ParameterEffect& effect) { return effect.share.mean; });
  return effects;
}

void add_ablation(const StudySpec& study, const std::vector<store::TrialRow>& trials,
                  const ScoreModel& model, const std::optional<store::TrialRow>& winner,
                  AnalysisSummary& summary) {
  const std::optional<Start> start = start_of(study, trials);
  if (!start || !winner) {
    summary.no_ablation = "no trial stands for the study yet";
  } else if (winner->trial.suggestion.point == start->point) {
    summary.no_ablation = fmt::format("{} is the setting that was chosen", start->name);
  } else {
    summary.ablation = {start->name, winner->trial.suggestion.number, model.at(start->point).mean,
                        ablation_path(model, start->point, winner->trial.suggestion.point)};
  }
}

struct Curve {
  TrialNumber trial;
  double value = 0;
  std::vector<double> steps, scores;
};

/// Of completed and stopped trials of the search, the best first.
std::vector<Curve> curves_of(const store::Store& store, const std::vector<store::TrialRow>& trials,
                             const Objective& objective) {
  std::vector<Curve> curves;
  for (const store::TrialRow& row : trials) {
    const bool is_over = row.state == TrialState::completed || row.state == TrialState::stopped;
    if (row.trial.role != store::Role::search || !is_over) continue;
    Curve curve;
    curve.trial = row.trial.suggestion.number;
    std::int64_t last = 0;  // a step that is repeated counts once
    for (const Measurement& measured : store.measurements(curve.trial, objective.metric)) {
      if (measured.step <= last || !std::isfinite(measured.value)) continue;
      last = measured.step;
      curve.steps.push_back(static_cast<double>(measured.step));
      curve.scores.push_back(measured.value);
    }
    if (curve.steps.empty()) continue;
    curve.value = curve.scores.back();
    curves.push_back(std::move(curve));
  }
  std::ranges::stable_sort(curves, {},
                           [&](const Curve& curve) { return to_loss(objective, curve.value); });
  return curves;
}

void add_curves(const store::Store& store, const std::vector<store::TrialRow>& trials,
                const AnalysisQuestion& question, AnalysisSummary& summary) {
  const std::vector<Curve> curves = curves_of(store, trials, summary.objective);
  double longest = 0;
  for (const Curve& curve : curves) longest = std::max(longest, curve.steps.back());
  const auto at_step = question.at_step.value_or(static_cast<std::int64_t>(2 * longest));
  for (const Curve& curve : curves) {
    if (summary.curves.size() == shown_curves) break;
    const auto fitted = stats::fit_learning_curve(curve.steps, curve.scores);
    if (!fitted) {
      if (summary.no_curves.empty()) summary.no_curves = fitted.refusal().reason;
      continue;
    }
    const auto foreseen = stats::extrapolate(*fitted, static_cast<double>(at_step));
    CurveForecast forecast{curve.trial,    static_cast<std::int64_t>(curve.steps.back()),
                           at_step,        curve.value,
                           foreseen.score, foreseen.of_score,
                           std::nullopt};
    if (fitted->has_rate) forecast.limit = fitted->limit;
    summary.curves.push_back(forecast);
  }
  if (curves.empty()) {
    summary.no_curves = fmt::format("no trial reported {} at steps", summary.objective.metric);
  }
}

}  // namespace

AnalysisSummary analyse(const StudySpec& study, const store::Store& store,
                        const AnalysisQuestion& question) {
  if (question.at_step && *question.at_step < 1) {
    throw ConfigError("--at-step", "needs a step from 1 on");
  }
  AnalysisSummary summary;
  summary.study = study.name;
  summary.objective = objective_named(study, question.metric);
  const std::vector<store::TrialRow> trials = shown_trials(store);
  summary.metrics = metric_spreads(study, trials);
  summary.relations = score_relations(study, trials, summary.objective);
  add_curves(store, trials, question, summary);
  try {
    const ScoreModel model(study, trials, summary.objective);
    const std::optional<store::TrialRow> winner = chosen_trial(store);
    std::optional<Point> centre;
    if (winner) {
      centre = winner->trial.suggestion.point;
      summary.centre = winner->trial.suggestion.number;
    }
    summary.model = model.quality();
    summary.effects = effects_of(model, centre);
    add_ablation(study, trials, model, winner, summary);
  } catch (const ConfigError& error) {  // too few trials: said, and the rest stands
    summary.no_model = error.faults().front().message;
  }
  return summary;
}

}  // namespace winnow::run
