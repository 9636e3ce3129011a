#include "orchestrator/early_stopping.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace winnow::run {
namespace {

/// Rows in memory at a time.
constexpr std::int64_t page_rows = 1000;

}  // namespace

EarlyStopping::EarlyStopping(const StudySpec& spec, const store::Store& store) : spec_(spec) {
  if (!spec.early_termination) return;
  rule_ = search::make_stop_rule(spec.early_termination->rule, spec.early_termination->options);
  for (std::int64_t first = 0; first < store.counts().total(); first += page_rows) {
    for (const store::TrialRow& row : store.trials(first, page_rows)) {
      if (row.trial.role != store::Role::search) return;  // those of the selection come last
      const TrialNumber number = row.trial.suggestion.number;
      for (const store::ReportedMeasurement& reported : store.reported(number)) {
        add(reported, curves_[number]);
      }
    }
  }
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
  for (const store::ReportedMeasurement& row : reported) add(row, curve);
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

/// What a trial says it ended with repeats a number. A step that is reported again counts with its
/// last value; one before the newest is late and changes nothing that was judged.
void EarlyStopping::add(const store::ReportedMeasurement& row, search::LearningCurve& curve) const {
  const Objective& objective = spec_.objectives.front();
  const Measurement& measurement = row.measurement;
  if (row.is_final || measurement.metric != objective.metric) return;
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
