// Which length scales and which noise make the observations most probable, under a prior that keeps
// both sensible while there are few of them.
#pragma once

#include <vector>

#include "searchers/models/gaussian_process.hpp"

namespace winnow::search {

/// Of the process of variance 1. learnt: noise_free or more; none: fixed at noise_free.
enum class Noise { learnt, none };

/// Stands for no noise at all. Not 0: rounding alone makes a covariance matrix indefinite. A floor
/// of 1e-4 was seen to stall on Branin's function.
inline constexpr double noise_free = 1e-8;

/// A point in the space of what is fitted. The model of y is √amplitude times a process of variance
/// 1 whose measurements have variance `noise`.
struct Hyperparameters {
  Kernel::Scales scales;
  double amplitude;
  double noise;
};

struct Fit {
  Hyperparameters at;
  double log_posterior;
};

/// The prior's mode for d axes: Hvarfner, Hellsten, Nardi (2024), "Vanilla Bayesian optimization
/// performs great in high dimensions": ln ℓ ~ N(√2 + ½ ln d, 3), so that r stays of one order
/// whatever d is. Its mode in ℓ is exp(√2 + ½ ln d − 3).
Hyperparameters prior_mode(std::size_t dimension, Noise noise);
/// The median of its ℓ, exp(√2 + ½ ln d).
double prior_median_length(std::size_t dimension);

/// The observations of the process of variance 1: y/√amplitude.
Observations scaled(Observations observations, double amplitude);

/// Maximum a posteriori from `starts`, each with at most `evaluations` of the likelihood: O(n³)
/// each. The joint part of a kernel stays 1 where it is 1 in the first start, else it is fitted. y
/// should have mean 0 and variance 1. Needs at least one observation and one start.
Fit fit(const std::vector<AxisKind>& axes, Smoothness smoothness, Noise noise,
        const Observations& observations, const std::vector<Hyperparameters>& starts,
        int evaluations);

}  // namespace winnow::search
