// Differences of means in units of standard deviations, with intervals: what a p-value does not
// say. 0.2 is called small, 0.5 medium, 0.8 large (Cohen 1988, "Statistical power analysis for the
// behavioral sciences", 2.2). For effects that ask only for order see dominance.hpp.
#pragma once

#include "searchers/stats/pairs.hpp"
#include "searchers/stats/result.hpp"

namespace winnow::stats {

/// Cohen's d, and Hedges' g = J d, which is unbiased on normal data: J(ν) = Γ(ν/2) /
/// (√(ν/2) Γ((ν − 1)/2)), Hedges (1981), "Distribution theory for Glass's estimator of effect size
/// and related estimators". Below 20 values the difference shows. With one degree of freedom J, and
/// so g, is 0. Intervals through noncentral t, exact on normal data of equal variance.
struct StandardisedMean {
  double cohens_d = 0;
  Interval d_interval = {};
  double hedges_g = 0;
  Interval g_interval = {};
};

/// (mean − null_value) / standard deviation of one sample. Refused as one_sample_t is.
Answer<StandardisedMean> standardised_mean(Values sample, double null_value = 0,
                                           double level = 0.95);
/// Of paired differences (d_z): it grows with the correlation of the arms, so it is no measure of
/// how far apart they are, but the one that decides how many seeds a paired test needs.
Answer<StandardisedMean> standardised_mean(const Differences& pairs, double level = 0.95);

/// (mean of the first − mean of the second) / pooled standard deviation of two independent samples.
/// Refused for fewer than two values in a sample, and where both are constant.
Answer<StandardisedMean> standardised_difference(Values first, Values second, double level = 0.95);

/// J of `degrees` of freedom.
double hedges_correction(double degrees);

}  // namespace winnow::stats
