// The mean over classes of right / (right + false positives). Classes that are neither a label nor
// a prediction of any row are left out, one that is never predicted counts 0, as scikit-learn's
// precision_score(average="macro") does.
#include "trainer/metrics/metric.hpp"

namespace winnow::train {
namespace {

double value(const EvaluationPass& pass) {
  double sum = 0.0;
  int seen = 0;
  for (const ClassCounts& counts : count_by_class(pass)) {
    if (counts.right + counts.false_positive + counts.missed == 0) continue;
    ++seen;
    const std::int64_t predicted = counts.right + counts.false_positive;
    if (predicted > 0) sum += static_cast<double>(counts.right) / static_cast<double>(predicted);
  }
  return sum / seen;
}

const MetricRegistration registration({"macro_precision", Better::higher, Needs::labels, value});

}  // namespace
}  // namespace winnow::train
