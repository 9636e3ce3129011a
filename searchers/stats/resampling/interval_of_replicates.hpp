// From the values of a statistic on resamples to an interval: the part of a bootstrap that has no
// randomness. Ends are quantiles of the replicates, linear between order statistics.
#pragma once

#include <optional>
#include <vector>

#include "searchers/stats/result.hpp"
#include "searchers/stats/sample.hpp"

namespace winnow::stats {

/// A reason not to draw `values` for each resample: more than 5·10^9 in all, about a minute.
std::optional<Refusal> fault_of_draws(std::size_t values, const Sampling& sampling);

/// Both refuse a replicate that is not finite, and fewer than two.
Answer<Interval> percentile_interval(std::vector<double> replicates, double level);

/// Efron (1987), "Better bootstrap confidence intervals", equation 4.3. Replicates equal to the
/// estimate count half for its bias. All replicates equal: that point. Refused where they all lie
/// on one side of the estimate.
Answer<Interval> bca_interval(std::vector<double> replicates, double estimate, double acceleration,
                              double level);

/// From the statistic without each value in turn, a list for each independent sample: Efron (1987),
/// equation 6.6; several samples after Davison, Hinkley (1997), "Bootstrap methods and their
/// application", 5.3.2. 0 where nothing varies.
double jackknife_acceleration(const std::vector<std::vector<double>>& left_out);

}  // namespace winnow::stats
