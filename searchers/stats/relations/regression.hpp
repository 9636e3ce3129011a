// A score as a linear function of settings: which of them move it, by how much, and does the model
// fit? Ordinary least squares with what is needed to distrust it. A coefficient says how the score
// moves with a setting when the others stay; on settings that a searcher chose, not a designer, it
// is no proof of cause.
#pragma once

#include <Eigen/Core>
#include <string>
#include <vector>

#include "searchers/stats/result.hpp"
#include "searchers/stats/sample.hpp"

namespace winnow::stats {

struct Coefficient {
  std::string name;
  double value = 0, standard_error = 0;
  TestResult test = {};  // t, of the value 0
  Interval interval = {};
  /// How much the other columns inflate its variance: 1 / (1 − R²) of the column on the others,
  /// about its mean; 1 unrelated, above 10 the coefficient is hardly determined. 1 for the
  /// intercept.
  double variance_inflation = 1;
};

/// How far to trust the fit, per row and as a whole.
struct RegressionDiagnostics {
  std::vector<double> fitted, residuals, leverages;  // leverages: diagonal of the hat matrix
  /// Residual over the standard deviation estimated without its own row. 0 for a row that
  /// determines its own fit (leverage 1) and where no degree of freedom is left; infinite where all
  /// other rows lie on the fit.
  std::vector<double> studentised_residuals;
  /// How far leaving out the row would move the fit: Cook (1977), "Detection of influential
  /// observation in linear regression". Above 1 look at the row.
  std::vector<double> cooks_distances;
  /// Constant variance: Breusch, Pagan (1979) in the studentised form of Koenker (1981). None
  /// without degrees of freedom left.
  std::optional<TestResult> equal_variance;
  /// Of the residuals, by Shapiro and Wilk; none for fewer than 3 or more than 5000 rows.
  std::optional<TestResult> normal_residuals;
};

struct Regression {
  std::vector<Coefficient> coefficients;  // intercept first
  double residual_deviation = 0;          // σ̂, with n − p degrees of freedom
  double degrees = 0;                     // n − p
  double r_squared = 0, adjusted_r_squared = 0;
  /// 1 − PRESS / total: how well rows are predicted when they are left out; may be negative. The
  /// honest one for comparing models (Allen 1974).
  double predicted_r_squared = 0;
  double aic = 0, bic = 0;  // of the normal likelihood, coefficients counted
  TestResult overall;       // F, of all coefficients but the intercept being 0
  RegressionDiagnostics diagnostics;
  Eigen::MatrixXd unscaled_covariance;  // p × p: (XᵀX)⁻¹
};

/// `rows`: n × d without a column for the intercept, which is added; `names`: d. Refused: fewer
/// rows than coefficients + 1, columns that determine each other (named), a value that cannot be
/// used, a score that does not vary. Source: Seber, Lee (2003), "Linear regression analysis",
/// chapters 3, 4, 10.
Answer<Regression> least_squares(const Eigen::MatrixXd& rows, const std::vector<std::string>& names,
                                 Values scores, double level = 0.95);

struct Prediction {
  double value = 0;
  Interval of_mean;   // of the expected score at these settings
  Interval of_score;  // of a single new score there
};

/// `settings`: d, without the intercept.
Prediction predicted(const Regression& model, const Eigen::VectorXd& settings, double level = 0.95);

}  // namespace winnow::stats
