// The mean over classes of right / (right + false positives); one that is never predicted counts 0,
// as in scikit-learn's precision_score(average="macro").
#include "trainer/metrics/metric.hpp"

namespace winnow::train {
namespace {

double value(const EvaluationPass& pass) {
  return mean_over_classes(pass, [](const ClassCounts& counts) {
    return share(counts.right, counts.right + counts.false_positive);
  });
}

const MetricRegistration registration({"macro_precision", Better::higher, Needs::classes, value});

}  // namespace
}  // namespace winnow::train
