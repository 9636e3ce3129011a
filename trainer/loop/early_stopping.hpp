// Which evaluation was the best, and when evaluations have been bad for too long. Plain values,
// saved with every checkpoint.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "trainer/metrics/metric.hpp"

namespace winnow::train {

struct EvaluationResult {
  std::int64_t step = 0;
  std::map<std::string, double> values;  // "train_loss", "eval_loss", …
  bool operator==(const EvaluationResult&) const = default;
};

struct EvaluationHistory {
  std::optional<EvaluationResult> last;
  std::optional<EvaluationResult> best;
  std::optional<double> improved_value;  // where the last improvement that counted led to
  std::optional<double> lowest_loss;     // smallest eval_loss
  std::int64_t bad_in_a_row = 0;         // evaluations that the rule calls bad, up to the last
  bool operator==(const EvaluationHistory&) const = default;
};

/// Which evaluations are bad. The last two are the criteria UP and GL of Prechelt 1998, "Early
/// stopping - but when?".
enum class StoppingRule {
  no_improvement,  // not better than the best
  decline,         // worse than the one before
  loss_rise        // eval_loss is too far above its lowest value, whatever the metric is
};

struct EarlyStopping {
  std::string metric = "eval_loss";
  Better better = Better::lower;
  double min_delta = 0.0;     // no_improvement: a smaller improvement does not count
  std::int64_t patience = 0;  // bad evaluations in a row that end training; 0: never
  StoppingRule rule = StoppingRule::no_improvement;
  double rise_percent = 5.0;  // loss_rise
};

/// Throws ConfigError for an unknown word; `place` names where it was written.
StoppingRule parse_stopping_rule(const std::string& word, const std::string& place);

/// Takes an evaluation into the history. It is the best only if it is strictly better: of equals
/// the first stays. Needs the metric among the values,
/// and eval_loss for the rule loss_rise.
void add_evaluation(EvaluationHistory& history, const EarlyStopping& rule, EvaluationResult result);

bool has_run_out(const EvaluationHistory& history, const EarlyStopping& rule);

}  // namespace winnow::train
