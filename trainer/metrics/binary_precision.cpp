// right / (right + false positives) of the second of two classes, which is the positive one, as in
// auc_roc; as scikit-learn's precision_score(average="binary").
#include "trainer/metrics/metric.hpp"

namespace winnow::train {
namespace {

double value(const EvaluationPass& pass) {
  const ClassCounts counts = count_by_class(pass).back();
  return share(counts.right, counts.right + counts.false_positive);
}

const MetricRegistration registration({"binary_precision", Better::higher, Needs::two_classes,
                                       value});

}  // namespace
}  // namespace winnow::train
