// F1 = 2·right / (2·right + false positives + missed) with the counts summed over classes first.
// With one label a row it equals accuracy; it is reported under its own name because people ask for
// it.
#include "trainer/metrics/metric.hpp"

namespace winnow::train {
namespace {

double value(const EvaluationPass& pass) {
  const ClassCounts sum = counts_of_all(pass);
  return share(2 * sum.right, 2 * sum.right + sum.false_positive + sum.missed);
}

const MetricRegistration registration({"micro_f1", Better::higher, Needs::classes, value});

}  // namespace
}  // namespace winnow::train
