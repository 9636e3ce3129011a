// How sensitive is a function of the unit cube to each of its inputs, alone and with all that it
// does together with others? Of any function: values at chosen points are all that is needed.
//
// Source: Sobol (1993), "Sensitivity estimates for nonlinear mathematical models"; first-order
// indices by Saltelli et al. (2010), "Variance based sensitivity analysis of model output", table
// 2 (b); total ones by Jansen (1999), table 2 (f) of the same; intervals from resampled rows
// (Archer, Saltelli, Sobol 1997, "Sensitivity measures, ANOVA-like techniques and the use of
// bootstrap").
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace winnow::search {

struct SobolIndex {
  double first = 0;  // part of the variance that is due to this input alone
  double total = 0;  // the part that would be left if all others were known: 0 does not matter
  double first_low = 0, first_high = 0, total_low = 0, total_high = 0;  // 95 %, of the sampling
};

struct SobolIndices {
  double variance = 0;
  std::vector<SobolIndex> inputs;  // all 0 where the function does not vary
};

/// Rows of each of the two designs: indices of well-behaved functions are known to about 0.02.
inline constexpr int sobol_rows = 1024;

/// `function`: of `dimension` numbers in [0, 1). A function of `seed`. Calls it
/// sobol_rows · (dimension + 2) times; up to 64 inputs from Sobol points, more from random ones.
SobolIndices sobol_indices(const std::function<double(std::span<const double>)>& function,
                           std::size_t dimension, std::uint64_t seed);

}  // namespace winnow::search
