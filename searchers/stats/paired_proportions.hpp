// Do two classifiers, tried on the same examples, err equally often? McNemar's test from the
// examples on which they disagree; the others carry no information about the question.
#pragma once

#include <cstdint>

namespace winnow::stats {

/// Examples that exactly one of the two got right.
struct Discordant {
  std::int64_t only_first = 0;
  std::int64_t only_second = 0;
};

struct McNemar {
  /// Exact, two-sided: twice the binomial tail, 1 at most. Never too small. McNemar (1947), "Note
  /// on the sampling error of the difference between correlated proportions or percentages".
  double exact_p = 1;
  /// Half of the observed count's own probability left out on each side: nearer to the level that
  /// is named, may exceed it slightly. Fagerland, Lydersen, Laake (2013), "The McNemar test for
  /// binary matched-pairs data: mid-p and asymptotic are better than exact conditional", section
  /// "Tests".
  double mid_p = 1;
};

/// Needs counts of at least 0. Without disagreement both p-values are 1.
McNemar mcnemar(const Discordant& counts);

}  // namespace winnow::stats
