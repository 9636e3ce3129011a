// right / (right + missed) of the second of two classes, which is the positive one, as in auc_roc;
// as scikit-learn's recall_score(average="binary").
#include "trainer/metrics/metric.hpp"

namespace winnow::train {
namespace {

double value(const EvaluationPass& pass) {
  const ClassCounts counts = count_by_class(pass).back();
  return share(counts.right, counts.right + counts.missed);
}

const MetricRegistration registration({"binary_recall", Better::higher, Needs::two_classes, value});

}  // namespace
}  // namespace winnow::train
