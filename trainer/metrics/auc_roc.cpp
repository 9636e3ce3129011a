// The area under the receiver operating characteristic of class 1 against class 0: the share of
// pairs of rows, one of each class, that the probability of class 1 puts in the right order, ties
// counting half (Hanley and McNeil 1982, "The Meaning and Use of the Area under a ROC Curve"). 0.5
// where only one class has rows: no order is right or wrong then.
#include <algorithm>
#include <numeric>

#include "trainer/metrics/metric.hpp"

namespace winnow::train {
namespace {

double value(const EvaluationPass& pass) {
  std::vector<std::size_t> order(pass.rows);
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto score = [&](std::size_t row) { return pass.probabilities[2 * row + 1]; };
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return score(a) < score(b); });
  double positives = 0.0, ranks = 0.0;  // ranks of the positives, the mean one among ties
  for (std::size_t begin = 0; begin < order.size();) {
    std::size_t end = begin;
    double among_ties = 0.0;
    for (; end < order.size() && score(order[end]) == score(order[begin]); ++end) {
      if (pass.labels[order[end]] == 1) among_ties += 1.0;
    }
    ranks += among_ties * 0.5 * static_cast<double>(begin + end + 1);
    positives += among_ties;
    begin = end;
  }
  const double negatives = static_cast<double>(pass.rows) - positives;
  if (positives == 0.0 || negatives == 0.0) return 0.5;
  return (ranks - positives * (positives + 1.0) / 2.0) / (positives * negatives);
}

const MetricRegistration registration({"auc_roc", Better::higher, Needs::two_classes, value});

}  // namespace
}  // namespace winnow::train
