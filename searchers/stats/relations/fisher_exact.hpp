// Two rates from small independent samples, or any table of two rows and two columns: the exact
// test given both margins. Conservative, as counts are few; two paired models belong to
// paired_proportions.hpp.
#pragma once

#include <cstdint>

#include "searchers/stats/answer.hpp"
#include "searchers/stats/result.hpp"

namespace winnow::stats {

/// Counts: first row a, b; second row c, d.
struct TwoByTwo {
  std::int64_t a = 0, b = 0, c = 0, d = 0;
};

struct FisherExact {
  /// The statistic is the conditional maximum likelihood estimate of the odds ratio, which may be 0
  /// or infinite; it is not a d / (b c).
  TestResult test;
  Interval odds_ratio_interval;  // two-sided whatever the tail
};

/// Fisher (1935), "The logic of inductive inference". Two sides: all tables no likelier than the
/// observed one (as in R and SciPy). Interval by inversion of both one-sided tests (Cornfield
/// 1956). A margin of 0: p = 1, and every odds ratio is possible. Needs counts of at least 0.
Answer<FisherExact> fisher_exact(const TwoByTwo& table, Tail tail = Tail::two_sided,
                                 double level = 0.95);

}  // namespace winnow::stats
