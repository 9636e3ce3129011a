#include "trainer/loop/early_stopping.hpp"

#include <algorithm>

#include "trainer/errors.hpp"

namespace winnow::train {
namespace {

/// How much better `value` is than `reference`; negative if it is worse.
double improvement(const EarlyStopping& rule, double value, double reference) {
  return rule.better == Better::lower ? reference - value : value - reference;
}

/// Whether the evaluation is bad; `history` is that before it, but for improved_value.
bool is_bad(const EvaluationHistory& history, const EarlyStopping& rule,
            const EvaluationResult& result, bool improved) {
  switch (rule.rule) {
    case StoppingRule::no_improvement:
      return !improved;
    case StoppingRule::decline:
      return history.last && improvement(rule, result.values.at(rule.metric),
                                         history.last->values.at(rule.metric)) < 0.0;
    case StoppingRule::loss_rise:
      return history.lowest_loss && result.values.at("eval_loss") >
                                        *history.lowest_loss * (1.0 + rule.rise_percent / 100.0);
  }
  throw BrokenExpectation("there are three stopping rules");
}

}  // namespace

StoppingRule parse_stopping_rule(const std::string& word, const std::string& place) {
  if (word == "no_improvement") return StoppingRule::no_improvement;
  if (word == "decline") return StoppingRule::decline;
  if (word == "loss_rise") return StoppingRule::loss_rise;
  throw ConfigError(place, "expected no_improvement, decline or loss_rise, found \"" + word + "\"");
}

void add_evaluation(EvaluationHistory& history, const EarlyStopping& rule,
                    EvaluationResult result) {
  const double value = result.values.at(rule.metric);
  const bool improved = !history.improved_value ||
                        (improvement(rule, value, *history.improved_value) > 0.0 &&
                         improvement(rule, value, *history.improved_value) >= rule.min_delta);
  if (improved) history.improved_value = value;
  history.bad_in_a_row = is_bad(history, rule, result, improved) ? history.bad_in_a_row + 1 : 0;
  if (const auto loss = result.values.find("eval_loss"); loss != result.values.end()) {
    history.lowest_loss = std::min(loss->second, history.lowest_loss.value_or(loss->second));
  }
  if (!history.best || improvement(rule, value, history.best->values.at(rule.metric)) > 0.0) {
    history.best = result;
  }
  history.last = std::move(result);
}

bool has_run_out(const EvaluationHistory& history, const EarlyStopping& rule) {
  return rule.patience > 0 && history.bad_in_a_row >= rule.patience;
}

}  // namespace winnow::train
