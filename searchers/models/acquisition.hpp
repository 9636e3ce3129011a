// How much is to be gained by trying a point: in logarithms, so that it has a slope even where next
// to nothing is to be gained.
#pragma once

#include <Eigen/Core>

#include "searchers/models/gaussian_process.hpp"

namespace winnow::search {

/// ln of the expected improvement upon the best of the expected values at measured points; in
/// expectation over what the pending points will turn out to be. Ament et al. (2023), "Unexpected
/// improvements to expected improvement for Bayesian optimization"; pending points as in Snoek,
/// Larochelle, Adams (2012), "Practical Bayesian optimization of machine learning algorithms",
/// section 3.2, by `draws` from their joint posterior.
///
/// The draws cost next to nothing: appended to the Cholesky factor, the whitened targets of pending
/// points *are* independent standard normal numbers.
class LogExpectedImprovement {
 public:
  /// `pending`: p × d. `normals`: p × S, standard normal, S > 0. `goal`: improvements count from so
  /// much below the best. `others`: so many of the first rows are none to improve upon.
  LogExpectedImprovement(GaussianProcess process, const Eigen::MatrixXd& pending,
                         const Eigen::MatrixXd& normals, double goal = 0, Eigen::Index others = 0);

  /// At each row (m × d): m.
  Eigen::VectorXd at_each(const Eigen::MatrixXd& rows) const;
  /// At x (d); fills its gradient (0 on axes that have none).
  double slope_at(const Eigen::VectorXd& x, Eigen::VectorXd& gradient) const;

 private:
  GaussianProcess process_;   // with the pending points
  Eigen::MatrixXd whitened_;  // (n + p) × S
  Eigen::VectorXd best_;      // S: the target to improve upon
};

/// ln of the probability that what a process models is above a limit: that a trial does not fail,
/// from which trials failed so far, or that it keeps a bound. Gardner et al. (2014), "Bayesian
/// optimization with inequality constraints", section 3.
class LogFeasibility {
 public:
  /// Targets of a trial that went well and of one that failed: nothing known means likely to go
  /// well, and halfway between them is −1.
  static constexpr double went_well = 0, failed = -2;
  /// `limit`: in the units of the process.
  LogFeasibility(GaussianProcess process, double limit);

  Eigen::VectorXd at_each(const Eigen::MatrixXd& rows) const;
  double slope_at(const Eigen::VectorXd& x, Eigen::VectorXd& gradient) const;

 private:
  GaussianProcess process_;
  double limit_;
};

}  // namespace winnow::search
