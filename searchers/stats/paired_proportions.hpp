// Do two classifiers, tried on the same examples, err equally often? McNemar's test from the
// examples on which they disagree; the others carry no information about the question, but bound
// the size of the difference.
#pragma once

#include <cstdint>
#include <optional>

#include "searchers/stats/result.hpp"

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

/// `greater`: the first is right more often. Two sides as `mcnemar`.
McNemar mcnemar(const Discordant& counts, Tail tail);

struct PairedRates {
  double difference = 0;  // rate of the first − rate of the second
  /// Bonett, Price (2012), "Adjusted Wald confidence interval for a difference of binomial
  /// proportions based on paired data": one count added to either kind of disagreement.
  /// Approximate, within [−1, 1].
  Interval difference_interval = {};
  /// Odds that the first is the right one where they disagree; may be infinite. None without
  /// disagreement.
  std::optional<double> odds_ratio = {};
  /// Exact: Clopper and Pearson's for the share of only_first, as odds.
  Interval odds_ratio_interval = {};
};

/// Needs examples ≥ the disagreements, and one or more.
PairedRates paired_rates(const Discordant& counts, std::int64_t examples, double level = 0.95);

}  // namespace winnow::stats
