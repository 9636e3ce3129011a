// Matthews' correlation coefficient for any number of classes (Gorodkin 2004, "Comparing two
// K-category assignments by a K-category correlation coefficient", equation 8): 1 for a perfect
// prediction, about 0 for chance. 0 where all rows have one label or one prediction, as in
// scikit-learn.
#include <cmath>

#include "trainer/metrics/metric.hpp"

namespace winnow::train {
namespace {

double value(const EvaluationPass& pass) {
  // In the letters of scikit-learn's manual: s rows, c right ones, t labels and p predictions of a
  // class.
  const auto s = static_cast<double>(pass.rows);
  double c = 0.0, tp = 0.0, tt = 0.0, pp = 0.0;
  for (const ClassCounts& counts : count_by_class(pass)) {
    const auto t = static_cast<double>(counts.right + counts.missed);
    const auto p = static_cast<double>(counts.right + counts.false_positive);
    c += static_cast<double>(counts.right);
    tp += t * p;
    tt += t * t;
    pp += p * p;
  }
  const double product = (s * s - pp) * (s * s - tt);
  return product > 0.0 ? (c * s - tp) / std::sqrt(product) : 0.0;
}

const MetricRegistration registration({"mcc", Better::higher, Needs::labels, value});

}  // namespace
}  // namespace winnow::train
