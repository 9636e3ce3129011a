#include "trainer/metrics/metric.hpp"

#include "trainer/errors.hpp"

namespace winnow::train {
namespace {

std::map<std::string, Metric>& registered() {
  static std::map<std::string, Metric> all;
  return all;
}

bool holds(const EvaluationPass& pass, Needs needs) {
  switch (needs) {
    case Needs::loss:
      return pass.generated.empty();
    case Needs::labels:
      return pass.classes > 0;
    case Needs::two_classes:
      return pass.classes == 2;
    case Needs::tokens:
      return pass.predicted_tokens > 0;
    case Needs::texts:
      return !pass.generated.empty();
  }
  throw BrokenExpectation("a metric needs one of the kinds above");
}

}  // namespace

MetricRegistration::MetricRegistration(Metric metric) {
  expect(registered().emplace(metric.name, metric).second, "metrics have names of their own");
}

const std::map<std::string, Metric>& metrics() { return registered(); }

std::map<std::string, double> measure(const EvaluationPass& pass, const std::string& prefix) {
  expect(pass.rows > 0, "an evaluation pass has rows");
  std::map<std::string, double> values;
  for (const auto& [name, metric] : metrics()) {
    if (holds(pass, metric.needs)) values.emplace(prefix + name, metric.value(pass));
  }
  return values;
}

std::vector<ClassCounts> count_by_class(const EvaluationPass& pass) {
  std::vector<ClassCounts> counts(static_cast<std::size_t>(pass.classes));
  for (std::size_t row = 0; row < pass.labels.size(); ++row) {
    const auto label = static_cast<std::size_t>(pass.labels[row]);
    const auto predicted = static_cast<std::size_t>(pass.predicted[row]);
    if (label == predicted) {
      ++counts[label].right;
    } else {
      ++counts[label].missed;
      ++counts[predicted].false_positive;
    }
  }
  return counts;
}

}  // namespace winnow::train
