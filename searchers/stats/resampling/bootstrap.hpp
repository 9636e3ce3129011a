// Intervals for any statistic of a sample, from what it is on resamples of the values with
// replacement. Efron (1979), "Bootstrap methods: another look at the jackknife". With fewer than
// about twenty values every bootstrap interval covers less often than it says; for means and rates
// the exact or t intervals are better there (README.md of searchers/stats has the measured table).
#pragma once

#include <functional>

#include "searchers/stats/pairs.hpp"
#include "searchers/stats/result.hpp"

namespace winnow::stats {

enum class BootstrapKind {
  percentile,  // quantiles of the replicates: Efron (1981)
  bca,  // bias-corrected and accelerated: Efron (1987), "Better bootstrap confidence intervals";
        // replicates equal to the estimate count half, so that ties do no harm
};

struct BootstrapQuestion {
  BootstrapKind kind = BootstrapKind::bca;
  double level = 0.95;
  Sampling sampling = {.resamples = 10'000, .seed = 0};  // ends of a 95% interval: off by 2% of its
                                                         // width (standard error of the quantile)
};

struct Bootstrap {
  double estimate = 0;
  double standard_error = 0;  // standard deviation of the replicates
  Interval interval = {};
  std::int64_t resamples = 0;
};

using Statistic = std::function<double(Values)>;
using PairedStatistic = std::function<double(Values first, Values second)>;

/// Of any statistic of one sample (differences of pairs included). Refused: fewer than two values,
/// a statistic that is not finite on some resample, more than 5·10^9 values to draw in all, and,
/// for BCa, replicates that all lie on one side of the estimate.
Answer<Bootstrap> bootstrap(Values sample, const Statistic& statistic,
                            const BootstrapQuestion& question = {});
/// Of the mean, without the detour of a function: faster by a factor of several.
Answer<Bootstrap> bootstrap_mean(Values sample, const BootstrapQuestion& question = {});
/// Pairs are drawn together, for statistics that differences do not hold (a ratio of means, a
/// correlation).
Answer<Bootstrap> bootstrap_pairs(Values first, Values second, const PairedStatistic& statistic,
                                  const BootstrapQuestion& question = {});
/// Each group is drawn from by itself: two independent samples.
Answer<Bootstrap> bootstrap_groups(Values first, Values second, const PairedStatistic& statistic,
                                   const BootstrapQuestion& question = {});

}  // namespace winnow::stats
