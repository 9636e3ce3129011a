// Looking at data several times while they come in: how much of the level may be used up by when,
// and what p-value a look must reach. Without that, five looks at 0.05 reject a true hypothesis in
// 14% of studies (Armitage, McPherson, Rowe 1969).
#pragma once

#include <vector>

#include "searchers/stats/answer.hpp"

namespace winnow::stats {

/// How the level is spent over the study: Lan, DeMets (1983), "Discrete sequential boundaries for
/// clinical trials".
enum class Spending {
  obrien_fleming,  // 2 − 2 Φ(z_(α/2) / √t): hardly anything early, nearly all at the end
  pocock,          // α ln(1 + (e − 1) t): about evenly
};

/// The part of `alpha` (two-sided) spent up to information time t, the part of all seeds that are
/// in: 0 at 0, alpha at 1. Needs 0 ≤ t ≤ 1.
double spent(double t, double alpha, Spending spending);

/// What each look may spend: differences of `spent` at ascending times. Testing look k at increment
/// k, whatever the test, keeps the chance of any false rejection at or below alpha, as the chances
/// add up. Conservative: looks at growing data overlap. Times in (0, 1], the last need not be 1.
std::vector<double> increments(const std::vector<double>& times, double alpha, Spending spending);

/// The two-sided p-values below which each look rejects when increments are spent exactly, for a
/// statistic that is a sum of independent, about normal contributions: level k is chosen so that
/// P(first rejection at look k) = increment k. Armitage, McPherson, Rowe (1969), "Repeated
/// significance tests on accumulating data": densities of the sums carried from look to look.
/// Never below the increments. Relative error about 1e-8.
std::vector<double> nominal_levels(const std::vector<double>& times,
                                   const std::vector<double>& to_spend);

/// The same p-value at each of `looks` equally spaced looks: Pocock (1977), "Group sequential
/// methods in the design and analysis of clinical trials"; 0.0158 for five looks at 0.05.
double pocock_level(int looks, double alpha);

}  // namespace winnow::stats
