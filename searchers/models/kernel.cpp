#include "searchers/models/kernel.hpp"

#include <cmath>
#include <numbers>
#include <utility>

#include "searchers/problem/error.hpp"

namespace winnow::search {
namespace {

using Eigen::ArrayXd;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using std::numbers::pi;

// The part of r² that an arc axis contributes, without its weight.
double arc_square(double a, double b, double part) {
  if (a == inactive || b == inactive) return a == b ? 0 : 1;
  const double half_chord = std::sin(pi * part * (a - b) / 2);
  return 4 * half_chord * half_chord;
}

// Its derivative by ρ: 2πΔ sin(πρΔ).
double arc_square_by_part(double a, double b, double part) {
  if (a == inactive || b == inactive) return 0;
  return 2 * pi * (a - b) * std::sin(pi * part * (a - b));
}

// Its derivative by the second coordinate: 2πρ sin(πρΔ), Δ = b − a.
double arc_square_by_coordinate(double a, double b, double part) {
  if (a == inactive || b == inactive) return 0;
  return 2 * pi * part * std::sin(pi * part * (b - a));
}

}  // namespace

Kernel::Kernel(std::vector<AxisKind> axes, Smoothness smoothness, Scales scales)
    : axes_(std::move(axes)), smoothness_(smoothness), scales_(std::move(scales)) {
  expect(
      scales_.lengths.size() == std::ssize(axes_) && scales_.arc_parts.size() == std::ssize(axes_),
      "a length scale and an arc's part for each axis");
  expect(scales_.joint > 0 && scales_.joint <= 1, "a share of the variance");
  weights_ = scales_.lengths.array().square().inverse();
}

// What axis j adds to r².
ArrayXd Kernel::axis_squares(Index j, const Rows& X, double x) const {
  const auto column = X.col(j).array();
  ArrayXd squares(X.rows());
  switch (axes_[static_cast<std::size_t>(j)]) {
    case AxisKind::numeric:
      squares = weights_[j] * (column - x).square();
      break;
    case AxisKind::nominal:
      squares = weights_[j] * (column != x).cast<double>();
      break;
    case AxisKind::arc:
      for (Index i = 0; i < X.rows(); ++i)
        squares[i] = weights_[j] * arc_square(column[i], x, scales_.arc_parts[j]);
      break;
  }
  return squares;
}

ArrayXd Kernel::squared_distances(const Rows& X, const VectorXd& x) const {
  ArrayXd squares = ArrayXd::Zero(X.rows());
  for (Index j = 0; j < X.cols(); ++j)
    if (axes_[static_cast<std::size_t>(j)] == AxisKind::numeric)  // without an array for the axis
      squares += weights_[j] * (X.col(j).array() - x[j]).square();
    else
      squares += axis_squares(j, X, x[j]);
  return squares;
}

ArrayXd Kernel::covariances(const Rows& X, const VectorXd& x) const {
  if (is_joint()) {
    ArrayXd joint = squared_distances(X, x);
    turn_into_covariances(joint);
    return joint;
  }
  const double d = static_cast<double>(dimension());
  ArrayXd joint = ArrayXd::Zero(X.rows()), alone = joint;
  for (Index j = 0; j < X.cols(); ++j) {
    ArrayXd squares = axis_squares(j, X, x[j]);
    joint += squares;
    squares *= d;
    turn_into_covariances(squares);
    alone += squares;
  }
  turn_into_covariances(joint);
  return scales_.joint * joint + (1 - scales_.joint) / d * alone;
}

// k as a function of squared distances, in place.
void Kernel::turn_into_covariances(ArrayXd& squares) const {
  if (smoothness_ == Smoothness::squared_exponential) {
    squares = (-0.5 * squares).exp();
    return;
  }
  squares = (5 * squares).sqrt();  // t = √5 r
  squares = (1 + squares * (1 + squares / 3)) * (-squares).exp();
}

// dk/d(r²) in place, and k. Matérn: −5/6 (1 + t) e^{−t}.
ArrayXd Kernel::turn_into_slopes(ArrayXd& squares) const {
  if (smoothness_ == Smoothness::squared_exponential) {
    const ArrayXd covariances = (-0.5 * squares).exp();
    squares = -0.5 * covariances;
    return covariances;
  }
  squares = (5 * squares).sqrt();
  const ArrayXd decay = (-squares).exp();
  ArrayXd covariances = (1 + squares * (1 + squares / 3)) * decay;
  squares = (-5.0 / 6) * (1 + squares) * decay;
  return covariances;
}

VectorXd Kernel::against(const MatrixXd& X, const VectorXd& x) const {
  return covariances(X, x).matrix();
}

MatrixXd Kernel::cross(const MatrixXd& X, const MatrixXd& Z) const {
  MatrixXd K(X.rows(), Z.rows());
  for (Index i = 0; i < Z.rows(); ++i) K.col(i) = covariances(X, Z.row(i)).matrix();
  return K;
}

MatrixXd Kernel::gram(const MatrixXd& X) const {
  const Index n = X.rows();
  MatrixXd K(n, n);
  for (Index i = 0; i < n; ++i)
    K.col(i).tail(n - i) = covariances(X.bottomRows(n - i), X.row(i)).matrix();
  return K;
}

Kernel::Gram Kernel::gram_with_slopes(const MatrixXd& X) const {
  if (!is_joint()) return {gram(X), {}};
  const Index n = X.rows();
  Gram pairs{MatrixXd(n, n), MatrixXd(n, n)};
  for (Index i = 0; i < n; ++i) {
    ArrayXd squares = squared_distances(X.bottomRows(n - i), X.row(i));
    pairs.covariances.col(i).tail(n - i) = turn_into_slopes(squares).matrix();
    pairs.slopes.col(i).tail(n - i) = squares.matrix();
  }
  return pairs;
}

// ∂k/∂(r_j²) is w k'(r²) + (1 − w) k'(d r_j²), primes being slopes by the square.
VectorXd Kernel::slope(const MatrixXd& X, const VectorXd& x, const VectorXd& weights) const {
  ArrayXd joint = squared_distances(X, x);
  turn_into_slopes(joint);
  joint *= scales_.joint;
  VectorXd gradient = VectorXd::Zero(x.size());
  for (Index j = 0; j < X.cols(); ++j) {
    const AxisKind kind = axes_[static_cast<std::size_t>(j)];
    if (kind == AxisKind::nominal) continue;
    const ArrayXd slopes = along_axis(j, X, x[j], joint) * weights.array();
    const auto column = X.col(j).array();
    if (kind == AxisKind::numeric) {
      gradient[j] = 2 * weights_[j] * (slopes * (x[j] - column)).sum();
      continue;
    }
    for (Index i = 0; i < X.rows(); ++i)
      gradient[j] +=
          weights_[j] * slopes[i] * arc_square_by_coordinate(column[i], x[j], scales_.arc_parts[j]);
  }
  return gradient;
}

ArrayXd Kernel::along_axis(Index j, const Rows& X, double x, const ArrayXd& joint) const {
  if (is_joint()) return joint;
  ArrayXd alone = static_cast<double>(dimension()) * axis_squares(j, X, x);
  turn_into_slopes(alone);
  return joint + (1 - scales_.joint) * alone;
}

// Σ slope ∂r²/∂ρ of axis j, an arc.
double Kernel::arc_part_slope(Index j, const Rows& X, double x, const ArrayXd& slopes) const {
  double sum = 0;
  for (Index k = 0; k < X.rows(); ++k)
    sum += weights_[j] * slopes[k] * arc_square_by_part(X(k, j), x, scales_.arc_parts[j]);
  return sum;
}

// Column by column of the lower half; off the diagonal each pair counts twice.
VectorXd Kernel::joint_scale_slope(const MatrixXd& X, const MatrixXd& G,
                                   const MatrixXd& slopes) const {
  const Index n = X.rows(), d = X.cols();
  expect(slopes.rows() == n, "the slopes of these rows' covariances");
  VectorXd gradient = VectorXd::Zero(2 * d + 1);
  for (Index i = 0; i + 1 < n; ++i) {
    const Index below = n - i - 1;
    const Rows rest = X.bottomRows(below);
    const ArrayXd weighted = slopes.col(i).tail(below).array() * (2 * G.col(i).tail(below).array());
    for (Index j = 0; j < d; ++j) {
      const AxisKind kind = axes_[static_cast<std::size_t>(j)];
      if (kind == AxisKind::numeric)  // without an array for the axis
        gradient[j] += (weighted * (weights_[j] * (rest.col(j).array() - X(i, j)).square())).sum();
      else
        gradient[j] += (weighted * axis_squares(j, rest, X(i, j))).sum();
      if (kind == AxisKind::arc) gradient[d + j] += arc_part_slope(j, rest, X(i, j), weighted);
    }
  }
  gradient.head(d) *= -2;  // ∂r²/∂ln ℓ = −2 r²
  return gradient;
}

VectorXd Kernel::scale_slope(const MatrixXd& X, const MatrixXd& G, const MatrixXd& slopes) const {
  if (is_joint()) return joint_scale_slope(X, G, slopes);
  const Index n = X.rows(), d = X.cols();
  VectorXd gradient = VectorXd::Zero(2 * d + 1);
  Eigen::ArrayXXd squares(n, d);
  for (Index i = 0; i + 1 < n; ++i) {
    const Index below = n - i - 1;
    const Rows rest = X.bottomRows(below);
    const ArrayXd twice = 2 * G.col(i).tail(below).array();
    ArrayXd joint = ArrayXd::Zero(below);
    for (Index j = 0; j < d; ++j) {
      squares.col(j).head(below) = axis_squares(j, rest, X(i, j));
      joint += squares.col(j).head(below);
    }
    // ∂k/∂w = k(r) − Σ_j k(√d r_j)/d.
    gradient[2 * d] += (twice * turn_into_slopes(joint)).sum();
    joint *= scales_.joint * twice;
    for (Index j = 0; j < d; ++j) {
      const auto along = squares.col(j).head(below);
      ArrayXd alone = static_cast<double>(d) * along;
      gradient[2 * d] -= (twice * turn_into_slopes(alone)).sum() / static_cast<double>(d);
      const ArrayXd weighted = joint + (1 - scales_.joint) * twice * alone;
      gradient[j] += (weighted * along).sum();
      if (axes_[static_cast<std::size_t>(j)] == AxisKind::arc)
        gradient[d + j] += arc_part_slope(j, rest, X(i, j), weighted);
    }
  }
  gradient.head(d) *= -2;
  return gradient;
}

}  // namespace winnow::search
