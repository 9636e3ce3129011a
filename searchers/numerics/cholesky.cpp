#include "searchers/numerics/cholesky.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <utility>

#include "searchers/problem/error.hpp"

namespace winnow::search {
namespace {

constexpr double first_jitter = 1e-12;  // some thousand times the rounding error of the diagonal
constexpr double last_jitter = 1e-2;

// A conditional variance below this part of the variance is rounding error: cancellation leaves
// about 16 digits.
constexpr double least_pivot = 1e-15;

// In place; false where a pivot is not positive. The factor is finite where it is true.
bool factorise(Eigen::MatrixXd& covariance) {
  const Eigen::LLT<Eigen::Ref<Eigen::MatrixXd>> llt(covariance);
  return llt.info() == Eigen::Success && covariance.diagonal().allFinite() &&
         covariance.diagonal().minCoeff() > 0;
}

constexpr Eigen::Index block = 32;  // measured: larger and smaller ones are slower at n = 100

// [A 0; B C]⁻¹ = [A⁻¹ 0; −C⁻¹ B A⁻¹ C⁻¹], in place: n³/3.
void invert_lower(Eigen::Ref<Eigen::MatrixXd> L) {
  const Eigen::Index n = L.rows(), top = n / 2;
  if (n <= block) {
    const Eigen::MatrixXd inverse =
        L.triangularView<Eigen::Lower>().solve(Eigen::MatrixXd::Identity(n, n));
    L = inverse;
    return;
  }
  auto A = L.topLeftCorner(top, top);
  auto B = L.bottomLeftCorner(n - top, top);
  auto C = L.bottomRightCorner(n - top, n - top);
  invert_lower(A);
  invert_lower(C);
  const Eigen::MatrixXd left = C.triangularView<Eigen::Lower>() * B;
  B.noalias() = -left * A.triangularView<Eigen::Lower>();
}

}  // namespace

Cholesky::Cholesky(Eigen::MatrixXd covariance) : size_(covariance.rows()) {
  if (size_ == 0) return;
  factor_ = covariance;
  if (factorise(factor_)) return;
  const double scale = covariance.diagonal().mean();
  for (double part = first_jitter; part <= last_jitter; part *= 10) {
    jitter_ = part * scale;
    factor_ = covariance;
    factor_.diagonal().array() += jitter_;
    if (factorise(factor_)) return;
  }
  expect(false, "a covariance matrix, positive definite up to rounding");
}

void Cholesky::append(const Eigen::VectorXd& covariances, double variance) {
  expect(covariances.size() == size_, "a covariance with each point before");
  if (factor_.rows() == size_) {
    const Eigen::Index capacity = std::max<Eigen::Index>(16, size_ + size_ / 4);
    Eigen::MatrixXd larger(capacity, capacity);
    larger.topLeftCorner(size_, size_) = factor();
    factor_ = std::move(larger);
  }
  Eigen::VectorXd row = covariances;
  solve_lower(row);
  const double pivot = variance + jitter_ - row.squaredNorm();
  factor_.row(size_).head(size_) = row.transpose();
  factor_(size_, size_) = std::sqrt(std::max(pivot, least_pivot * variance));
  ++size_;
}

void Cholesky::solve_lower(Eigen::MatrixXd& b) const {
  factor().triangularView<Eigen::Lower>().solveInPlace(b);
}
void Cholesky::solve_upper(Eigen::MatrixXd& b) const {
  factor().transpose().triangularView<Eigen::Upper>().solveInPlace(b);
}
void Cholesky::solve_lower(Eigen::VectorXd& b) const {
  factor().triangularView<Eigen::Lower>().solveInPlace(b);
}
void Cholesky::solve_upper(Eigen::VectorXd& b) const {
  factor().transpose().triangularView<Eigen::Upper>().solveInPlace(b);
}

// L⁻ᵀ L⁻¹ by blocks of rows, none of which begins before its diagonal: 2n³/3 in all.
Eigen::MatrixXd Cholesky::inverse() const {
  Eigen::MatrixXd half = factor().triangularView<Eigen::Lower>();
  invert_lower(half);
  Eigen::MatrixXd inverse(size_, size_);
  for (Eigen::Index i = 0; i < size_; i += block) {
    const Eigen::Index rows = std::min(block, size_ - i), below = size_ - i;
    inverse.block(i, 0, rows, i + rows).noalias() =
        half.block(i, i, below, rows).transpose() * half.block(i, 0, below, i + rows);
  }
  return inverse;
}

double Cholesky::log_determinant() const { return 2 * factor().diagonal().array().log().sum(); }

}  // namespace winnow::search
