// The mean over classes of right / (right + missed); one that is only predicted counts 0, as in
// scikit-learn's recall_score(average="macro").
#include "trainer/metrics/metric.hpp"

namespace winnow::train {
namespace {

double value(const EvaluationPass& pass) {
  return mean_over_classes(pass, [](const ClassCounts& counts) {
    return share(counts.right, counts.right + counts.missed);
  });
}

const MetricRegistration registration({"macro_recall", Better::higher, Needs::classes, value});

}  // namespace
}  // namespace winnow::train
