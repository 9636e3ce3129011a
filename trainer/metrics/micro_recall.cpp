// right / (right + missed) with the counts summed over classes first. With one label a row it
// equals accuracy.
#include "trainer/metrics/metric.hpp"

namespace winnow::train {
namespace {

double value(const EvaluationPass& pass) {
  const ClassCounts sum = counts_of_all(pass);
  return share(sum.right, sum.right + sum.missed);
}

const MetricRegistration registration({"micro_recall", Better::higher, Needs::classes, value});

}  // namespace
}  // namespace winnow::train
