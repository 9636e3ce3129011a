// The mean over classes of F1 = 2·right / (2·right + false positives + missed), as in
// scikit-learn's f1_score(average="macro").
#include "trainer/metrics/metric.hpp"

namespace winnow::train {
namespace {

double value(const EvaluationPass& pass) {
  return mean_over_classes(pass, [](const ClassCounts& counts) {
    return share(2 * counts.right, 2 * counts.right + counts.false_positive + counts.missed);
  });
}

const MetricRegistration registration({"macro_f1", Better::higher, Needs::classes, value});

}  // namespace
}  // namespace winnow::train
