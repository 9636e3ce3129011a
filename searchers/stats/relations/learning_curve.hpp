// Where will a score come to if it goes on as it did: with more steps, or with more data? A power
// law through what was measured, and an interval around what it says of the place beyond. A curve
// that has not bent yet tells little of its limit, and the interval says so; one that will turn up
// again (overfitting) it cannot foresee.
#pragma once

#include <array>

#include "searchers/stats/result.hpp"
#include "searchers/stats/sample.hpp"

namespace winnow::stats {

/// score = limit + gain · (amount / unit)^(−rate): the three-parameter power law, the form that
/// describes most learning curves best (Viering, Loog 2023, "The shape of learning curves: a
/// review", 4.1; Domhan, Springenberg, Hutter 2015 call it pow3).
struct LearningCurve {
  double limit = 0, gain = 0, rate = 0;
  double unit = 1;                // the largest amount measured
  double residual_deviation = 0;  // with n − 3 degrees of freedom
  double degrees = 0;             // n − 3
  /// Did the curve bend enough for a rate? Not where the best one is an end of what was tried, 0.01
  /// or 10: then it is a straight line in the logarithm, or a step.
  bool has_rate = true;
  std::array<std::array<double, 3>, 3> unscaled_covariance = {};  // (JᵀJ)⁻¹ of limit, gain, rate
};

/// Least squares (Gauss-Newton covariance: Seber, Wild 1989, "Nonlinear regression", 2.1). Refused:
/// fewer than five different amounts, an amount that is not above 0, a score that does not vary.
Answer<LearningCurve> fit_learning_curve(Values amounts, Values scores);

struct Extrapolation {
  double score = 0;
  Interval of_score;  // of a single new score there, independent errors of equal size granted
};

/// Needs amount > 0.
Extrapolation extrapolate(const LearningCurve& curve, double amount, double level = 0.95);

}  // namespace winnow::stats
