// Can a test reach a level at all? Tests that count arrangements cannot give a p-value below one
// arrangement's share: five pairs of seeds can never be significant at 0.05 on two sides, however
// large the gain. To be asked before trials are spent, not after.
#pragma once

#include <cstdint>
#include <optional>

#include "searchers/stats/answer.hpp"
#include "searchers/stats/result.hpp"

namespace winnow::stats {

enum class ExactTest {
  sign_flip,
  signed_rank,
  mcnemar,        // its pairs are those on which the two disagree
  mcnemar_mid_p,  // the same
  two_sample_permutation,
  mann_whitney,
  friedman,
};

/// What is planned: n pairs, or blocks of `arms` for Friedman's test; two groups of first and
/// second.
struct Design {
  ExactTest test = ExactTest::sign_flip;
  Tail tail = Tail::two_sided;  // Friedman's test has none
  std::int64_t n = 0;           // pairs, blocks, or the size of the first group
  std::int64_t second_n = 0;    // of the second group
  std::int64_t arms = 0;        // of Friedman's test
  /// Of the sign-flip and the two-sample permutation test, where they are too large to enumerate.
  std::int64_t resamples = Sampling{}.resamples;
};

/// The smallest p-value that data without ties can reach: 2 / 2^n for n pairs on two sides, 1 / C
/// of the arrangements of two groups, (arms!)^(1 − n) for Friedman's test; where arrangements are
/// drawn (beyond 40 pairs or values), no less than 1 / (resamples + 1). 1 for no data.
double smallest_p(const Design& design);

/// The reason why `alpha`, shared by `comparisons` (as Bonferroni, Holm and Hochberg share it for
/// the first rejection), cannot be reached, with the number that could: of pairs, of blocks, of
/// values in each group. Nothing if it can.
std::optional<Refusal> out_of_reach(const Design& design, double alpha,
                                    std::int64_t comparisons = 1);

/// The smallest n (for two groups: of each) with which the test can reach alpha / comparisons.
/// Nothing: arrangements would have to be drawn, and too many of them.
std::optional<std::int64_t> smallest_n(Design design, double alpha, std::int64_t comparisons = 1);

/// The largest n with which it can, where more make it draw arrangements that cannot; nothing: none
/// is too large.
std::optional<std::int64_t> largest_n(const Design& design, double alpha,
                                      std::int64_t comparisons = 1);

}  // namespace winnow::stats
