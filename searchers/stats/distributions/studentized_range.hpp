// The range of k normal values in units of an independent estimate of their standard deviation: the
// law behind comparisons of all pairs at once (Nemenyi, Tukey). Boost 1.81 has none, hence computed
// here as the double integral it is.
#pragma once

namespace winnow::stats {

/// P(Q > q) for k means and `degrees` of freedom of the standard deviation, which may be infinite.
/// Newman (1939), "The distribution of range in samples from a normal population, expressed in
/// terms of an independent estimate of standard deviation". Relative error about 1e-11, tails
/// included. Needs k ≥ 2, degrees ≥ 1; 1 for q ≤ 0.
double studentized_range_upper(double q, int k, double degrees);

/// The q with P(Q > q) = probability. Needs 0 < probability < 1.
double studentized_range_quantile_upper(double probability, int k, double degrees);

}  // namespace winnow::stats
