// Covariance between points of a mixed space: how alike two points' losses are expected to be. A
// radial distance over all axes, each with its own length scale, and besides, where that is asked
// for, a function of each axis alone; numbers, categories and parameters that are not always active
// all enter in the same way.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "searchers/numerics/axis.hpp"

namespace winnow::search {

/// k(r): matern52 (1 + √5 r + 5r²/3) e^{−√5 r}, twice differentiable; squared_exponential
/// e^{−r²/2}, for functions that are smooth to any order.
enum class Smoothness { matern52, squared_exponential };

/// What an axis adds to the squared distance r², Δ being the difference of two coordinates:
/// - numeric: (Δ/ℓ)².
/// - arc: Hutter, Osborne (2013), "A kernel for hierarchical parameter spaces", in the form of
/// Swersky
///   et al. (2014), "Raiders of the lost architecture": active points lie on an arc of radius 1/ℓ
///   and angle πρ, all inactive ones at its centre. 4 sin²(πρΔ/2)/ℓ² between active points, 1/ℓ²
///   between an active and an inactive one, else 0.
/// - nominal: 1/ℓ² between different codes (Hamming); being inactive is one more code.
///
/// The covariance is w k(r) + (1 − w) Σ_j k(√d r_j)/d, r_j being the distance along axis j alone:
/// with w < 1 a sum of functions of one axis each and of one of all axes. Duvenaud, Nickisch,
/// Rasmussen (2011), "Additive Gaussian processes", orders 1 and d. On one axis ℓ/√d is to it what
/// ℓ is to d axes, see prior_mode in gaussian_process_fit.hpp.
class Kernel {
 public:
  /// One ℓ and one ρ in (0, 1] for each axis; `arc_parts` (ρ) are read for arc axes only.
  struct Scales {
    Eigen::VectorXd lengths;
    Eigen::VectorXd arc_parts;
    double joint = 1;  // w, in (0, 1]
  };

  Kernel(std::vector<AxisKind> axes, Smoothness smoothness, Scales scales);

  Eigen::Index dimension() const { return scales_.lengths.size(); }
  const std::vector<AxisKind>& axes() const { return axes_; }
  Smoothness smoothness() const { return smoothness_; }
  const Scales& scales() const { return scales_; }

  // X: n × d, a row is a point; x: d. The variance of every point is 1.

  /// Covariances of x with each row of X: n.
  Eigen::VectorXd against(const Eigen::MatrixXd& X, const Eigen::VectorXd& x) const;
  /// Covariances of rows of X with rows of Z (m × d): n × m.
  Eigen::MatrixXd cross(const Eigen::MatrixXd& X, const Eigen::MatrixXd& Z) const;
  /// Covariances of rows of X with each other: n × n, only the lower half is filled.
  Eigen::MatrixXd gram(const Eigen::MatrixXd& X) const;
  /// The same, with ∂k/∂(r²) of each pair, from the same exponentials; without where k is no
  /// function of r² alone.
  struct Gram {
    Eigen::MatrixXd covariances, slopes;
  };
  Gram gram_with_slopes(const Eigen::MatrixXd& X) const;

  /// Σ_i weight_i ∂k(X_i, x)/∂x: d; 0 for nominal axes and where x is inactive.
  Eigen::VectorXd slope(const Eigen::MatrixXd& X, const Eigen::VectorXd& x,
                        const Eigen::VectorXd& weights) const;

  /// Σ_ij G_ij ∂K_ij/∂θ for symmetric G (n × n, its lower half is read) and K = gram(X): d numbers
  /// for θ = ln ℓ, followed by d for θ = ρ (0 where the axis is no arc) and one for θ = w.
  /// `slopes`: of gram_with_slopes.
  Eigen::VectorXd scale_slope(const Eigen::MatrixXd& X, const Eigen::MatrixXd& G,
                              const Eigen::MatrixXd& slopes) const;

 private:
  using Rows = Eigen::Ref<const Eigen::MatrixXd>;

  bool is_joint() const { return scales_.joint == 1; }
  Eigen::VectorXd joint_scale_slope(const Eigen::MatrixXd& X, const Eigen::MatrixXd& G,
                                    const Eigen::MatrixXd& slopes) const;
  double arc_part_slope(Eigen::Index j, const Rows& X, double x,
                        const Eigen::ArrayXd& slopes) const;
  Eigen::ArrayXd axis_squares(Eigen::Index j, const Rows& X, double x) const;
  Eigen::ArrayXd squared_distances(const Rows& X, const Eigen::VectorXd& x) const;
  Eigen::ArrayXd covariances(const Rows& X, const Eigen::VectorXd& x) const;
  Eigen::ArrayXd along_axis(Eigen::Index j, const Rows& X, double x,
                            const Eigen::ArrayXd& joint) const;
  void turn_into_covariances(Eigen::ArrayXd& squares) const;
  Eigen::ArrayXd turn_into_slopes(Eigen::ArrayXd& squares) const;

  std::vector<AxisKind> axes_;
  Smoothness smoothness_;
  Scales scales_;
  Eigen::VectorXd weights_;  // 1/ℓ²
};

}  // namespace winnow::search
