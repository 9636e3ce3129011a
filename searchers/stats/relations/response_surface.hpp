// A score as a full quadratic function of a few settings, and where that function is smallest: the
// classical end of a designed study. Box, Wilson (1951), "On the experimental attainment of optimum
// conditions". Good near an optimum and for up to about five settings; a surface with peaks or
// cliffs is not quadratic, which the lack-of-fit test and predicted_r_squared show.
#pragma once

#include <Eigen/Core>
#include <optional>
#include <string>
#include <vector>

#include "searchers/stats/relations/regression.hpp"

namespace winnow::stats {

/// How the fitted surface bends at its stationary point (canonical analysis, Box, Draper 2007,
/// "Response surfaces, mixtures, and ridge analyses", chapter 10).
enum class Bend {
  minimum,
  maximum,
  saddle,
  ridge,  // flat along a direction, to 10^-6 of the strongest bend: no single stationary point
};

struct SurfaceOptimum {
  Eigen::VectorXd settings;  // d, inside the box
  bool on_border = false;    // a setting lies at an end of its range: the optimum may lie beyond
  /// Not corrected for the settings having been chosen by the same data: too good. Confirm by fresh
  /// trials there.
  Prediction prediction;
  /// Of each setting: percentiles over refits to resampled residuals (Davison, Hinkley 1997, 6.3).
  std::vector<Interval> settings_intervals;
};

struct ResponseSurface {
  Regression model;  // terms: intercept, each setting, squares, products
  /// score = c + bᵀx + xᵀBx
  Eigen::VectorXd linear;      // b: d
  Eigen::MatrixXd quadratic;   // B: d × d, symmetric
  Eigen::VectorXd curvatures;  // eigenvalues of B, ascending
  Bend bend = Bend::ridge;
  std::optional<Eigen::VectorXd> stationary_point;  // anywhere; none on a ridge
  SurfaceOptimum optimum;
  /// Is the quadratic form enough? Against the scatter of repeated settings (Box, Draper
  /// 2007, 3.9); none without repeats or with too few different settings.
  std::optional<TestResult> lack_of_fit;
};

struct SurfaceQuestion {
  double level = 0.95;
  /// Refits for the intervals of the settings; 0: none.
  Sampling sampling = {.resamples = 1'000, .seed = 0};
};

/// `rows`: n × d settings in the unit cube [0, 1]^d (searchers/encoding brings them there),
/// `losses`: n, smaller is better. Refused as `least_squares` is (1 + d + d(d + 1)/2 coefficients),
/// and for more than eight settings: the optimum is searched on all 3^d faces of the cube.
Answer<ResponseSurface> response_surface(const Eigen::MatrixXd& rows,
                                         const std::vector<std::string>& names, Values losses,
                                         const SurfaceQuestion& question = {});

/// The smallest value of bᵀx + xᵀBx over the unit cube is here. Exact but for rounding, whatever
/// the bend: on each face, the stationary point of the surface within it. Needs d ≤ 8.
Eigen::VectorXd minimum_in_cube(const Eigen::VectorXd& linear, const Eigen::MatrixXd& quadratic);

}  // namespace winnow::stats
