// Brier's score (Brier 1950, "Verification of Forecasts Expressed in Terms of Probability"): the
// mean over rows of the squared distance between the probabilities and the label, summed over
// classes. For two classes this is twice scikit-learn's brier_score_loss, which looks at one of
// them.
#include "trainer/metrics/metric.hpp"

namespace winnow::train {
namespace {

double value(const EvaluationPass& pass) {
  const auto classes = static_cast<std::size_t>(pass.classes);
  double sum = 0.0;
  for (std::size_t row = 0; row < pass.rows; ++row) {
    for (std::size_t k = 0; k < classes; ++k) {
      const double label = static_cast<std::size_t>(pass.labels[row]) == k ? 1.0 : 0.0;
      const double error = static_cast<double>(pass.probabilities[row * classes + k]) - label;
      sum += error * error;
    }
  }
  return sum / static_cast<double>(pass.rows);
}

const MetricRegistration registration({"brier", Better::lower, Needs::labels, value});

}  // namespace
}  // namespace winnow::train
