// Can an arm that lies behind still come out ahead when all seeds are in? A prediction, no test: an
// arm that leaves a race because it can hardly win any more is not shown to be worse, and nothing
// of the level of the race's tests is spent on it.
#pragma once

#include <cstdint>

#include "searchers/stats/pairs.hpp"

namespace winnow::stats {

/// The predictive probability that the mean of all `planned` differences has the other sign than
/// the mean of those seen: Spiegelhalter, Freedman, Blackburn (1986), "Monitoring clinical trials:
/// conditional or predictive power?", with an unknown variance. The mean of the m = N − n that are
/// to come lies around the mean of the n seen with Student's law of n − 1 degrees and a standard
/// error of s √(1/n + 1/m), so the whole is T(−t √(N/m)), t being that of the paired t-test.
///
/// For normal differences, whatever their mean: the chance that this is below ε and the sign turns
/// nevertheless is at most ε, as the two together ask that statistic to lie beyond its quantile of
/// ε. Refused where the t-test is. Needs planned > the differences seen.
Answer<double> reversal_probability(const Differences& seen, std::int64_t planned);

}  // namespace winnow::stats
