// The mean over classes of right / (right + missed). Classes that are neither a label nor a
// prediction of any row are left out, one that is only predicted counts 0, as scikit-learn's
// recall_score(average="macro") does.
#include "trainer/metrics/metric.hpp"

namespace winnow::train {
namespace {

double value(const EvaluationPass& pass) {
  double sum = 0.0;
  int seen = 0;
  for (const ClassCounts& counts : count_by_class(pass)) {
    if (counts.right + counts.false_positive + counts.missed == 0) continue;
    ++seen;
    const std::int64_t labelled = counts.right + counts.missed;
    if (labelled > 0) sum += static_cast<double>(counts.right) / static_cast<double>(labelled);
  }
  return sum / seen;
}

const MetricRegistration registration({"macro_recall", Better::higher, Needs::labels, value});

}  // namespace
}  // namespace winnow::train
