// A metric is a number computed from one evaluation pass. Each lives in a file of its own in this
// folder and registers itself; evaluations report all of them as eval_NAME or test_NAME.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace winnow::train {

/// What a pass over labelled rows produced; one entry a row.
struct EvaluationPass {
  std::int32_t classes = 0;
  std::vector<std::int32_t> labels;     // class numbers, 0 … classes-1
  std::vector<std::int32_t> predicted;  // the class with the largest logit, the first of equals
  double mean_loss = 0.0;               // cross-entropy in nats, every row of equal weight
};

enum class Better { lower, higher };

struct Metric {
  std::string name;
  Better better = Better::lower;
  double (*value)(const EvaluationPass& pass) = nullptr;  // needs at least one row
};

/// The last line of a metric's file is one such object.
class MetricRegistration {
 public:
  explicit MetricRegistration(Metric metric);
};

/// All metrics by name.
const std::map<std::string, Metric>& metrics();

/// {"eval_loss": 0.31, "eval_accuracy": 0.9, …} for the prefix "eval_".
std::map<std::string, double> measure(const EvaluationPass& pass, const std::string& prefix);

/// Rows of one class: how many were rightly given it, wrongly given it, and wrongly not given it.
struct ClassCounts {
  std::int64_t right = 0;
  std::int64_t false_positive = 0;
  std::int64_t missed = 0;
};
std::vector<ClassCounts> count_by_class(const EvaluationPass& pass);

}  // namespace winnow::train
