// A metric is a number computed from one evaluation pass. Each lives in a file of its own in this
// folder and registers itself; evaluations report all of them as eval_NAME or test_NAME.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace winnow::train {

/// What a pass over rows produced. The vectors have one entry a row, or are empty.
struct EvaluationPass {
  std::size_t rows = 0;
  /// Cross-entropy in nats, every row of equal weight; of a language model every token.
  double mean_loss = 0.0;

  std::int32_t classes = 0;             // 0: rows are not classified
  std::vector<std::int32_t> labels;     // class numbers, 0 … classes-1
  std::vector<std::int32_t> predicted;  // the class with the largest logit, the first of equals
  std::vector<float> probabilities;     // `classes` entries a row

  /// Of rows with any number of classes, instead of `labels` and `predicted`: whether a row is of a
  /// class, 0 or 1, `classes` entries a row.
  std::vector<std::uint8_t> members;
  std::vector<std::uint8_t> predicted_members;

  /// Of rows that were continued by a language model: what was to follow, and what it wrote.
  std::vector<std::string> references;
  std::vector<std::string> generated;

  std::int64_t predicted_tokens = 0;  // of a language model; 0: it is none
};

/// What a pass must hold for a metric to be computed from it: `classes`, labels or members.
enum class Needs { loss, classes, labels, two_classes, tokens, texts };

enum class Better { lower, higher };

struct Metric {
  std::string name;
  Better better = Better::lower;
  Needs needs = Needs::labels;
  double (*value)(const EvaluationPass& pass) = nullptr;  // needs at least one row
};

/// The last line of a metric's file is one such object.
class MetricRegistration {
 public:
  explicit MetricRegistration(Metric metric);
};

/// All metrics by name.
const std::map<std::string, Metric>& metrics();

/// {"eval_loss": 0.31, "eval_accuracy": 0.9, …} for the prefix "eval_": every metric that the pass
/// holds enough for.
std::map<std::string, double> measure(const EvaluationPass& pass, const std::string& prefix);

/// Rows of one class: how many were rightly given it, wrongly given it, and wrongly not given it.
struct ClassCounts {
  std::int64_t right = 0;
  std::int64_t false_positive = 0;
  std::int64_t missed = 0;
};
std::vector<ClassCounts> count_by_class(const EvaluationPass& pass);
/// Summed over the classes.
ClassCounts counts_of_all(const EvaluationPass& pass);

/// The mean of a score over the classes, every class the same, however rare. As scikit-learn's
/// average="macro" does, those that are neither a label nor a prediction of any row are left out,
/// but count with members, where every class is a column.
double mean_over_classes(const EvaluationPass& pass, double (*score)(const ClassCounts& counts));

/// The mean over continued rows of a score of (generated, reference).
double mean_over_texts(const EvaluationPass& pass,
                       double (*score)(const std::string& generated, const std::string& reference));

/// part / whole; 0 of nothing is 0.
double share(std::int64_t part, std::int64_t whole);

}  // namespace winnow::train
