// The share of rows whose predicted class is their label.
#include "trainer/metrics/metric.hpp"

namespace winnow::train {
namespace {

double value(const EvaluationPass& pass) {
  std::int64_t right = 0;
  for (const ClassCounts& counts : count_by_class(pass)) right += counts.right;
  return static_cast<double>(right) / static_cast<double>(pass.labels.size());
}

const MetricRegistration registration({"accuracy", Better::higher, Needs::labels, value});

}  // namespace
}  // namespace winnow::train
