// Which evaluation was the best, and how long it is since one was better. Plain values, saved with
// every checkpoint.
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
  std::int64_t without_improvement = 0;  // evaluations since then
  bool operator==(const EvaluationHistory&) const = default;
};

struct EarlyStopping {
  std::string metric = "eval_loss";
  Better better = Better::lower;
  double min_delta = 0.0;     // a smaller improvement does not count against patience
  std::int64_t patience = 0;  // 0: never ends training
};

/// Takes an evaluation into the history. It is the best only if it is strictly better: of equals
/// the first stays. Needs the metric among the values.
void add_evaluation(EvaluationHistory& history, const EarlyStopping& rule, EvaluationResult result);

bool has_run_out(const EvaluationHistory& history, const EarlyStopping& rule);

}  // namespace winnow::train
