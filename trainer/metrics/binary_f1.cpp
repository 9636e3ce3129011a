// 2·right / (2·right + false positives + missed) of the second of two classes, which is the
// positive one, as in auc_roc; as scikit-learn's f1_score(average="binary").
#include "trainer/metrics/metric.hpp"

namespace winnow::train {
namespace {

double value(const EvaluationPass& pass) {
  const ClassCounts counts = count_by_class(pass).back();
  return share(2 * counts.right, 2 * counts.right + counts.false_positive + counts.missed);
}

const MetricRegistration registration({"binary_f1", Better::higher, Needs::two_classes, value});

}  // namespace
}  // namespace winnow::train
