// Expected calibration error (Guo, Pleiss, Sun, Weinberger 2017, "On Calibration of Modern Neural
// Networks", equation 5): rows are put into 15 bins by the probability of their prediction, and the
// difference between mean probability and accuracy is averaged over bins by their rows.
#include <algorithm>
#include <array>
#include <cmath>

#include "trainer/metrics/metric.hpp"

namespace winnow::train {
namespace {

constexpr std::size_t bins = 15;  // section 5 there

struct Bin {
  double rows = 0.0, right = 0.0, confidence = 0.0;
};

double value(const EvaluationPass& pass) {
  const auto classes = static_cast<std::size_t>(pass.classes);
  std::array<Bin, bins> filled;
  for (std::size_t row = 0; row < pass.rows; ++row) {
    const auto predicted = static_cast<std::size_t>(pass.predicted[row]);
    const double confidence = pass.probabilities[row * classes + predicted];
    // Bins are open below and closed above, as in the paper.
    const double place = std::ceil(confidence * static_cast<double>(bins)) - 1.0;
    Bin& bin =
        filled[static_cast<std::size_t>(std::clamp(place, 0.0, static_cast<double>(bins - 1)))];
    bin.rows += 1.0;
    bin.right += pass.predicted[row] == pass.labels[row] ? 1.0 : 0.0;
    bin.confidence += confidence;
  }
  double sum = 0.0;
  for (const Bin& bin : filled) sum += std::abs(bin.right - bin.confidence);
  return sum / static_cast<double>(pass.rows);
}

const MetricRegistration registration({"ece", Better::lower, Needs::labels, value});

}  // namespace
}  // namespace winnow::train
