// Mean reciprocal rank (Voorhees 1999, "The TREC-8 Question Answering Track Report", section 3):
// the mean over rows of 1 / rank of the label among the classes, the most probable class first. Of
// equally probable ones the label comes last: what the model cannot tell apart earns nothing.
#include "trainer/metrics/metric.hpp"

namespace winnow::train {
namespace {

double value(const EvaluationPass& pass) {
  const auto classes = static_cast<std::size_t>(pass.classes);
  double sum = 0.0;
  for (std::size_t row = 0; row < pass.rows; ++row) {
    const float* const probabilities = pass.probabilities.data() + row * classes;
    const float of_label = probabilities[pass.labels[row]];
    std::int64_t rank = 0;
    for (std::size_t k = 0; k < classes; ++k) rank += probabilities[k] >= of_label ? 1 : 0;
    sum += 1.0 / static_cast<double>(rank);
  }
  return sum / static_cast<double>(pass.rows);
}

const MetricRegistration registration({"mrr", Better::higher, Needs::labels, value});

}  // namespace
}  // namespace winnow::train
