#include "orchestrator/early_stopping.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace winnow::run {

EarlyStopping::EarlyStopping(const StudySpec& spec, const store::Store& store) : spec_(spec) {
  if (!spec.early_termination) return;
  rule_ = search::make_stop_rule(spec.early_termination->rule, spec.early_termination->options);
  store.for_each_measured(
      spec_.objectives.front().metric,
      [this](TrialNumber trial, const Measurement& measured) { add(measured, curves_[trial]); });
  for (const store::AttemptRow& row : store.attempts_not_ended()) {
    if (!row.early_stop) continue;
    orders_[row.attempt.trial] = {row.early_stop->last_step, row.early_stop->reason};
  }
}

std::optional<search::StopOrder> EarlyStopping::judge(
    TrialNumber trial, std::span<const store::ReportedMeasurement> reported) {
  if (rule_ == nullptr) return std::nullopt;
  search::LearningCurve& curve = curves_[trial];
  const std::size_t before = curve.size();
  for (const store::ReportedMeasurement& row : reported) {
    // What a trial says it ended with repeats a number.
    const bool counts = !row.is_final && row.measurement.metric == spec_.objectives.front().metric;
    if (counts) add(row.measurement, curve);
  }
  const auto standing = orders_.find(trial);
  if (standing != orders_.end()) return standing->second;
  const std::size_t judged = spec_.determinism.is_strict() ? 0 : before;
  if (judged == curve.size()) return std::nullopt;
  std::optional<search::StopOrder> order = rule_->stop(curve, judged, others_of(trial));
  if (order) orders_[trial] = *order;
  return order;
}

void EarlyStopping::cut(TrialNumber trial, std::int64_t last_step) {
  const auto found = curves_.find(trial);
  if (found == curves_.end()) return;
  std::erase_if(found->second,
                [last_step](const search::CurvePoint& point) { return point.step > last_step; });
}

/// A step that is reported again counts with its last value; one before the newest is late and
/// changes nothing that was judged.
void EarlyStopping::add(const Measurement& measurement, search::LearningCurve& curve) const {
  const Objective& objective = spec_.objectives.front();
  double loss = to_loss(objective, measurement.value);
  if (!std::isfinite(loss)) loss = std::numeric_limits<double>::infinity();
  if (curve.empty() || measurement.step > curve.back().step) {
    curve.push_back({measurement.step, loss});
  } else if (measurement.step == curve.back().step) {
    curve.back().loss = loss;
  }
}

std::vector<const search::LearningCurve*> EarlyStopping::others_of(TrialNumber trial) const {
  auto end = curves_.end();
  if (spec_.determinism.is_strict()) {
    end = curves_.upper_bound(TrialNumber{trial.value - *spec_.determinism.lag});
  }
  std::vector<const search::LearningCurve*> others;
  for (auto curve = curves_.begin(); curve != end; ++curve) {
    if (curve->first != trial && !curve->second.empty()) others.push_back(&curve->second);
  }
  return others;
}

}  // namespace winnow::run
