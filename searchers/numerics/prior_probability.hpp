// The distributions that a user may put over a number, as probabilities and back.
#pragma once

#include "searchers/problem/parameter.hpp"

namespace winnow::search {

/// The probability of a value below x.
double prior_below(const Prior& prior, double x);
/// ln of the density at x; next to a pole or zero of it, that at a small distance: finite.
double prior_log_density(const Prior& prior, double x);
/// The x with prior_below(x) = p. Needs 0 < p < 1.
double prior_quantile(const Prior& prior, double p);

}  // namespace winnow::search
