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
  weights_ = scales_.lengths.array().square().inverse();
}

ArrayXd Kernel::squared_distances(const Rows& X, const VectorXd& x) const {
  ArrayXd squares = ArrayXd::Zero(X.rows());
  for (Index j = 0; j < X.cols(); ++j) {
    const auto column = X.col(j).array();
    switch (axes_[static_cast<std::size_t>(j)]) {
      case AxisKind::numeric:
        squares += weights_[j] * (column - x[j]).square();
        break;
      case AxisKind::nominal:
        squares += weights_[j] * (column != x[j]).cast<double>();
        break;
      case AxisKind::arc:
        for (Index i = 0; i < X.rows(); ++i)
          squares[i] += weights_[j] * arc_square(column[i], x[j], scales_.arc_parts[j]);
        break;
    }
  }
  return squares;
}

void Kernel::turn_into_covariances(Squares squares) const {
  if (smoothness_ == Smoothness::squared_exponential) {
    squares = (-0.5 * squares).exp();
    return;
  }
  squares = (5 * squares).sqrt();  // t = √5 r
  squares = (1 + squares * (1 + squares / 3)) * (-squares).exp();
}

// dk/d(r²). Matérn: −5/6 (1 + t) e^{−t}.
void Kernel::turn_into_slopes(Squares squares) const {
  if (smoothness_ == Smoothness::squared_exponential) {
    squares = -0.5 * (-0.5 * squares).exp();
    return;
  }
  squares = (5 * squares).sqrt();
  squares = (-5.0 / 6) * (1 + squares) * (-squares).exp();
}

VectorXd Kernel::against(const MatrixXd& X, const VectorXd& x) const {
  ArrayXd squares = squared_distances(X, x);
  turn_into_covariances(squares);
  return squares.matrix();
}

MatrixXd Kernel::cross(const MatrixXd& X, const MatrixXd& Z) const {
  MatrixXd K(X.rows(), Z.rows());
  for (Index i = 0; i < Z.rows(); ++i) K.col(i) = squared_distances(X, Z.row(i)).matrix();
  turn_into_covariances(Eigen::Map<ArrayXd>(K.data(), K.size()));
  return K;
}

MatrixXd Kernel::gram(const MatrixXd& X) const {
  const Index n = X.rows();
  MatrixXd K(n, n);
  for (Index i = 0; i < n; ++i) {
    auto below = K.col(i).tail(n - i).array();
    below = squared_distances(X.bottomRows(n - i), X.row(i));
    turn_into_covariances(below);
  }
  return K;
}

VectorXd Kernel::slope(const MatrixXd& X, const VectorXd& x, const VectorXd& weights) const {
  ArrayXd slopes = squared_distances(X, x);
  turn_into_slopes(slopes);
  slopes *= weights.array();
  VectorXd gradient = VectorXd::Zero(x.size());
  for (Index j = 0; j < X.cols(); ++j) {
    const auto column = X.col(j).array();
    const double part = scales_.arc_parts[j];
    switch (axes_[static_cast<std::size_t>(j)]) {
      case AxisKind::numeric:
        gradient[j] = 2 * weights_[j] * (slopes * (x[j] - column)).sum();
        break;
      case AxisKind::nominal:
        break;
      case AxisKind::arc:
        for (Index i = 0; i < X.rows(); ++i)
          gradient[j] += weights_[j] * slopes[i] * arc_square_by_coordinate(column[i], x[j], part);
        break;
    }
  }
  return gradient;
}

VectorXd Kernel::scale_slope(const MatrixXd& X, const MatrixXd& G) const {
  const Index n = X.rows(), d = X.cols();
  VectorXd gradient = VectorXd::Zero(2 * d);
  // Column by column of the lower half; off the diagonal each pair counts twice.
  for (Index i = 0; i + 1 < n; ++i) {
    const Index below = n - i - 1;
    const Rows rest = X.bottomRows(below);
    ArrayXd slopes = squared_distances(rest, X.row(i));
    turn_into_slopes(slopes);
    slopes *= 2 * G.col(i).tail(below).array();
    for (Index j = 0; j < d; ++j) {
      const double part = scales_.arc_parts[j], x = X(i, j);
      const auto column = rest.col(j).array();
      switch (axes_[static_cast<std::size_t>(j)]) {
        case AxisKind::numeric:
          gradient[j] += (slopes * (column - x).square()).sum();
          break;
        case AxisKind::nominal:
          gradient[j] += (slopes * (column != x).cast<double>()).sum();
          break;
        case AxisKind::arc:
          for (Index k = 0; k < below; ++k) {
            gradient[j] += slopes[k] * arc_square(column[k], x, part);
            gradient[d + j] += slopes[k] * arc_square_by_part(column[k], x, part);
          }
          break;
      }
    }
  }
  gradient.head(d).array() *= -2 * weights_.array();  // ∂r²/∂ln ℓ = −2 r²
  gradient.tail(d).array() *= weights_.array();
  return gradient;
}

}  // namespace winnow::search
