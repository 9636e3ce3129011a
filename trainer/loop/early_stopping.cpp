#include "trainer/loop/early_stopping.hpp"

namespace winnow::train {
namespace {

/// How much better `value` is than `reference`; negative if it is worse.
double improvement(const EarlyStopping& rule, double value, double reference) {
  return rule.better == Better::lower ? reference - value : value - reference;
}

}  // namespace

void add_evaluation(EvaluationHistory& history, const EarlyStopping& rule,
                    EvaluationResult result) {
  const double value = result.values.at(rule.metric);
  const bool counts = !history.improved_value ||
                      (improvement(rule, value, *history.improved_value) > 0.0 &&
                       improvement(rule, value, *history.improved_value) >= rule.min_delta);
  if (counts) {
    history.improved_value = value;
    history.without_improvement = 0;
  } else {
    ++history.without_improvement;
  }
  if (!history.best || improvement(rule, value, history.best->values.at(rule.metric)) > 0.0) {
    history.best = result;
  }
  history.last = std::move(result);
}

bool has_run_out(const EvaluationHistory& history, const EarlyStopping& rule) {
  return rule.patience > 0 && history.without_improvement >= rule.patience;
}

}  // namespace winnow::train
