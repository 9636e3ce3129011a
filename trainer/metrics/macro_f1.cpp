// The mean over classes of F1 = 2·right / (2·right + false positives + missed): every class counts
// the same, however rare. Classes that are neither a label nor a prediction of any row are left
// out, as scikit-learn's f1_score(average="macro") does.
#include "trainer/metrics/metric.hpp"

namespace winnow::train {
namespace {

double value(const EvaluationPass& pass) {
  double sum = 0.0;
  int seen = 0;
  for (const ClassCounts& counts : count_by_class(pass)) {
    const std::int64_t denominator = 2 * counts.right + counts.false_positive + counts.missed;
    if (denominator == 0) continue;
    sum += 2.0 * static_cast<double>(counts.right) / static_cast<double>(denominator);
    ++seen;
  }
  return sum / seen;
}

const MetricRegistration registration({"macro_f1", Better::higher, Needs::labels, value});

}  // namespace
}  // namespace winnow::train
