// Which arms differ? Comparisons of all pairs by mean ranks, after a Friedman test on blocks.
// Whether two arms are told apart by mean ranks depends on the other arms in the table (Benavoli,
// Corani, Mangili 2016, "Should we really use post-hoc tests based on mean-ranks?"): to decide
// about a pair, test the pair (signed_rank.hpp, sign_flip.hpp) and correct.
#pragma once

#include "searchers/stats/groups/friedman.hpp"

namespace winnow::stats {

struct PairComparison {
  std::size_t first = 0, second = 0;  // columns, first < second
  double difference = 0;              // of the mean ranks, first − second
  double statistic = 0;
  double p = 1;
};

struct PostHoc {
  Friedman friedman;
  std::vector<PairComparison> pairs;
};

/// Nemenyi (1963), "Distribution-free multiple comparisons", as in Demšar (2006), "Statistical
/// comparisons of classifiers over multiple data sets", 3.2.2: |difference| / √(k (k + 1) / (6 n))
/// times √2 against the studentized range with infinite degrees. Corrected for all pairs, needs no
/// Friedman test before it; approximate, conservative with ties.
Answer<PostHoc> nemenyi(Blocks blocks);

/// The difference of mean ranks from which Nemenyi's test rejects at `alpha`.
double nemenyi_critical_difference(int arms, std::int64_t blocks, double alpha);

/// Conover (1999), "Practical nonparametric statistics", 5.8: t of the rank sums with the variance
/// left over, (n − 1)(k − 1) degrees of freedom. Sharper, but p-values are raw: valid only where
/// the Friedman test rejects (protected), and to be corrected (error_control/corrections.hpp).
/// Where all blocks agree completely nothing is left over: every difference gets the chance of such
/// agreement.
Answer<PostHoc> conover(Blocks blocks);

}  // namespace winnow::stats
