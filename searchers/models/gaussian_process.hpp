// Exact Gaussian process regression with mean 0: what is known about a function after it was
// measured at some points. Rasmussen, Williams (2006), "Gaussian processes for machine learning",
// chapters 2 and 5. O(n³) to make, O(n²) to append an observation or to predict.
#pragma once

#include <Eigen/Core>

#include "searchers/models/kernel.hpp"
#include "searchers/numerics/cholesky.hpp"

namespace winnow::search {

/// What was measured: at each row of X (n × d) the mean y of `replicates` measurements, whose own
/// scatter, Σ (y_ij − y_i)² over all points, is `squares_within`.
struct Observations {
  Eigen::MatrixXd X;
  Eigen::VectorXd y;
  Eigen::VectorXd replicates;
  double squares_within = 0;
};

/// The function's value, without the noise of measuring it.
struct Prediction {
  double mean;
  double variance;
};

/// What a process is made for: a fit asks for the slope of its likelihood, and what that takes is
/// computed along with the covariances.
enum class Purpose { prediction, fit };

class GaussianProcess {
 public:
  /// Needs at least one observation. `noise`: the variance of one measurement.
  GaussianProcess(Kernel kernel, double noise, Observations observations,
                  Purpose purpose = Purpose::prediction);

  /// One more measurement, at x; also where there is one already.
  void append(const Eigen::VectorXd& x, double y);
  /// Other targets (n) at the same points: O(n²).
  void retarget(Eigen::VectorXd y);

  Eigen::Index size() const { return observations_.y.size(); }
  const Kernel& kernel() const { return kernel_; }
  double noise() const { return noise_; }
  const Observations& observations() const { return observations_; }
  const Cholesky& cholesky() const { return cholesky_; }
  /// L⁻¹ y and K⁻¹ y: n each.
  const Eigen::VectorXd& whitened() const { return whitened_; }
  const Eigen::VectorXd& alpha() const { return alpha_; }

  Prediction at(const Eigen::VectorXd& x) const;
  /// The function's expected values at the observed points: n.
  Eigen::VectorXd means() const;

  /// ln p(all measurements), replicates by their exact likelihood: Binois, Gramacy, Ludkovski
  /// (2018), "Practical heteroscedastic Gaussian process modeling for large simulation
  /// experiments", section 3.1.
  double log_likelihood() const;
  /// Its gradient: by ln ℓ (d), by ρ (d), by ln noise (1), by the joint part (1). Of a process made
  /// for a fit, with nothing appended.
  Eigen::VectorXd log_likelihood_slope() const;

  /// What the model expects at each point (mean over its replicates) from all others:
  /// section 5.4.2.
  struct LeftOut {
    Eigen::VectorXd means, variances;
  };
  LeftOut leave_one_out() const;

 private:
  void solve();

  Kernel kernel_;
  double noise_;
  Observations observations_;
  Cholesky cholesky_;
  Eigen::MatrixXd kernel_slopes_;  // of the kernel's gram_with_slopes, for a fit
  Eigen::VectorXd whitened_, alpha_;
};

}  // namespace winnow::search
