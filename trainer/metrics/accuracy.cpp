// The share of rows whose predicted class is their label; of rows with any number of classes, those
// whose classes are all right and no other was predicted.
#include <algorithm>

#include "trainer/metrics/metric.hpp"

namespace winnow::train {
namespace {

double share_of_whole_rows(const EvaluationPass& pass) {
  const auto classes = static_cast<std::ptrdiff_t>(pass.classes);
  double right = 0.0;
  for (auto row = pass.members.begin(), guess = pass.predicted_members.begin();
       row != pass.members.end(); row += classes, guess += classes) {
    if (std::equal(row, row + classes, guess)) right += 1.0;
  }
  return right / static_cast<double>(pass.rows);
}

double value(const EvaluationPass& pass) {
  if (!pass.members.empty()) return share_of_whole_rows(pass);
  std::int64_t right = 0;
  for (const ClassCounts& counts : count_by_class(pass)) right += counts.right;
  return static_cast<double>(right) / static_cast<double>(pass.labels.size());
}

const MetricRegistration registration({"accuracy", Better::higher, Needs::classes, value});

}  // namespace
}  // namespace winnow::train
