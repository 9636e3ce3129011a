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
      return true;
    case Needs::classes:
      return pass.classes > 0;
    case Needs::labels:
      return pass.classes > 0 && pass.members.empty();
    case Needs::two_classes:
      return pass.classes == 2 && pass.members.empty();
    case Needs::tokens:
      return pass.predicted_tokens > 0;
    case Needs::texts:
      return !pass.references.empty();
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
  for (std::size_t place = 0; place < pass.members.size(); ++place) {
    ClassCounts& count = counts[place % counts.size()];
    const bool is_member = pass.members[place] != 0;
    const bool was_predicted = pass.predicted_members[place] != 0;
    count.right += is_member && was_predicted ? 1 : 0;
    count.missed += is_member && !was_predicted ? 1 : 0;
    count.false_positive += !is_member && was_predicted ? 1 : 0;
  }
  return counts;
}

ClassCounts counts_of_all(const EvaluationPass& pass) {
  ClassCounts sum;
  for (const ClassCounts& counts : count_by_class(pass)) {
    sum.right += counts.right;
    sum.false_positive += counts.false_positive;
    sum.missed += counts.missed;
  }
  return sum;
}

double mean_over_classes(const EvaluationPass& pass, double (*score)(const ClassCounts& counts)) {
  double sum = 0.0;
  int seen = 0;
  for (const ClassCounts& counts : count_by_class(pass)) {
    const bool occurs = counts.right + counts.false_positive + counts.missed > 0;
    if (!occurs && pass.members.empty()) continue;
    sum += score(counts);
    ++seen;
  }
  return sum / seen;
}

double mean_over_texts(const EvaluationPass& pass, double (*score)(const std::string& generated,
                                                                   const std::string& reference)) {
  double sum = 0.0;
  for (std::size_t row = 0; row < pass.references.size(); ++row) {
    sum += score(pass.generated[row], pass.references[row]);
  }
  return sum / static_cast<double>(pass.references.size());
}

double share(std::int64_t part, std::int64_t whole) {
  return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0.0;
}

}  // namespace winnow::train
