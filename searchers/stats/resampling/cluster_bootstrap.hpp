// Intervals for a mean of scores that are not independent: several scores of one example, all
// examples under a few seeds. Treating such scores as independent makes intervals far too narrow.
#pragma once

#include <vector>

#include "searchers/stats/resampling/bootstrap.hpp"

namespace winnow::stats {

/// The mean of all values when whole clusters (the scores of one example, of one document) are
/// drawn with replacement: Davison, Hinkley (1997), "Bootstrap methods and their application", 3.8.
/// Clusters may differ in size and count by it. Refused: fewer than two clusters, an empty one.
Answer<Bootstrap> cluster_bootstrap(std::span<const std::vector<double>> clusters,
                                    const BootstrapQuestion& question = {});

/// The mean of a table seeds × examples (usually differences of two arms) when both are samples of
/// more that could have been: rows and columns are drawn anew, independently. Owen (2007), "The
/// pigeonhole bootstrap": at worst too wide. The percentile kind only. With three seeds no method
/// knows how seeds vary: the interval is a lower bound of the doubt. Refused: fewer than two rows
/// or columns, rows of unequal length.
Answer<Bootstrap> crossed_bootstrap(std::span<const std::vector<double>> seeds_by_examples,
                                    const Sampling& sampling = {.resamples = 10'000, .seed = 0},
                                    double level = 0.95);

}  // namespace winnow::stats
