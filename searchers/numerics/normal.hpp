// The standard normal distribution, also where its values underflow: far in the tails everything is
// in logarithms, with relative accuracy of 1e-10 or better.
#pragma once

namespace winnow::search {

/// φ(z).
double normal_density(double z);
/// Φ(z), the probability of being below z.
double normal_below(double z);
/// The z with Φ(z) = p. Needs 0 < p < 1.
double normal_quantile(double p);

/// ln Φ(z).
double log_normal_below(double z);
/// d ln Φ / dz = φ(z) / Φ(z).
double log_normal_below_slope(double z);

/// ln h(z) with h(z) = φ(z) + z Φ(z): the expected improvement of a standard normal over −z. Ament
/// et al. (2023), "Unexpected improvements to expected improvement for Bayesian optimization",
/// section 4.1.
double log_h(double z);
/// d ln h / dz = Φ(z) / h(z).
double log_h_slope(double z);

}  // namespace winnow::search
