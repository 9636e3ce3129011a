// An interval that may be looked at after every value, for as long as one likes, and stopped on:
// with probability `level` it holds the mean at all times at once. The price is width: about twice
// that of Student's interval at the same n.
#pragma once

#include "searchers/stats/pairs.hpp"
#include "searchers/stats/result.hpp"

namespace winnow::stats {

struct AnytimeMean {
  double estimate = 0;
  /// Infinite while there are too few values to say anything.
  Interval interval = {};
  /// Evidence against the null value by now: by Ville's inequality it passes 1/α with probability α
  /// at most, ever. Its reciprocal is an any-time valid p-value, 1 at most.
  double e_value = 1;
  double p = 1;
};

/// For independent normal values of unknown variance: Wang, Ramdas (2025), "Anytime-valid t-tests
/// and confidence sequences for Gaussian means with unknown variance", the mixture of the
/// t-statistic's likelihood ratios over a normal law of the standardised mean with precision
/// `prior_precision` (c² there). Valid for every precision; tightest where standardised means are
/// about 1/c. One value, or equal ones: infinite interval, e-value 1. Refused: a value that is not
/// finite, none at all.
Answer<AnytimeMean> anytime_mean(Values values, double null_value = 0, double level = 0.95,
                                 double prior_precision = 1);
Answer<AnytimeMean> anytime_mean(const Differences& pairs, double null_value = 0,
                                 double level = 0.95, double prior_precision = 1);

}  // namespace winnow::stats
