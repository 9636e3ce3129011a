// Noncentral t, F and χ²: the distributions of test statistics where the null hypothesis is false.
// For power, and, turned round, for intervals of effect sizes.
#pragma once

#include "searchers/stats/result.hpp"

namespace winnow::stats {

/// P(T ≤ t) and P(T ≥ t) of noncentral t. Boost's series up to a noncentrality of 100, which take
/// time in proportion to its square and lose digits; an integral over the standard deviation
/// beyond.
double noncentral_t_lower(double t, double degrees, double noncentrality);
double noncentral_t_upper(double t, double degrees, double noncentrality);

/// The noncentralities under which the observed statistic is not in the outer (1 − level)/2 of
/// either side: Steiger, Fouladi (1997), "Noncentrality interval estimation and the evaluation of
/// statistical models".
Interval noncentral_t_interval(double t, double degrees, double level);
/// Never below 0: both ends are 0 for a statistic too small for any. Beyond 10^8 by the limits for
/// large noncentralities.
Interval noncentral_f_interval(double f, double numerator, double denominator, double level);
Interval noncentral_chi_squared_interval(double statistic, double degrees, double level);

}  // namespace winnow::stats
