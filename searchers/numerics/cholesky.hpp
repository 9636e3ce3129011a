// Cholesky factors of covariance matrices: with jitter where rounding has made one indefinite, and
// grown by a row at a time, so that one more observation costs O(n²).
#pragma once

#include <Eigen/Core>

namespace winnow::search {

/// L Lᵀ = K + jitter · I with L lower triangular, n × n.
class Cholesky {
 public:
  /// The empty factor, 0 × 0.
  Cholesky() = default;
  /// Of symmetric `covariance` (n × n, only its lower half is read). The jitter is 0 where that
  /// suffices, else the first of 1e-12, 1e-11 … times the mean of the diagonal that does. Throws
  /// BrokenExpectation where 1e-2 does not: then it was no covariance.
  explicit Cholesky(Eigen::MatrixXd covariance);

  Eigen::Index size() const { return size_; }
  double jitter() const { return jitter_; }
  /// L: only the lower half is meaningful.
  auto factor() const { return factor_.topLeftCorner(size_, size_); }

  /// Appends a row and column to K: `covariances` (n) to the points before, `variance` to itself.
  void append(const Eigen::VectorXd& covariances, double variance);

  /// L⁻¹ b and L⁻ᵀ b, in place; b: n × m, or n.
  void solve_lower(Eigen::MatrixXd& b) const;
  void solve_upper(Eigen::MatrixXd& b) const;
  void solve_lower(Eigen::VectorXd& b) const;
  void solve_upper(Eigen::VectorXd& b) const;
  /// (K + jitter · I)⁻¹, n × n, only its lower half.
  Eigen::MatrixXd inverse() const;
  /// ln det(K + jitter · I).
  double log_determinant() const;

 private:
  Eigen::MatrixXd factor_;  // capacity × capacity, so that appending does not copy every time
  Eigen::Index size_ = 0;
  double jitter_ = 0;
};

}  // namespace winnow::search
