#include "searchers/models/covariance_adaptation.hpp"

#include <fmt/format.h>

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "searchers/numerics/normal.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::search {
namespace {

using Eigen::Index, Eigen::MatrixXd, Eigen::VectorXd;

constexpr double least_eigenvalue = 1e-16;   // against rounding: what C cannot have
constexpr double singular_condition = 1e14;  // of C; beyond it eigenvectors are noise
// In the unit cube, whose coordinates are doubles of spacing 1e-16: samples closer than this are
// the same for every practical purpose.
constexpr double least_deviation = 1e-12;
constexpr double largest_step_size = 1e4;

double square(double x) { return x * x; }

double effective(std::span<const double> weights) {  // (Σw)² / Σw²
  double sum = 0, squares = 0;
  for (const double w : weights) {
    sum += w;
    squares += w * w;
  }
  return sum * sum / squares;
}

}  // namespace

CovarianceAdaptation::CovarianceAdaptation(VectorXd mean, double step_size, MatrixXd covariance,
                                           int population)
    : mean_(std::move(mean)),
      step_size_(step_size),
      covariance_(std::move(covariance)),
      axis_scales_(VectorXd::Ones(mean_.size())),
      path_sigma_(VectorXd::Zero(mean_.size())),
      path_c_(VectorXd::Zero(mean_.size())),
      weights_(static_cast<std::size_t>(population)),
      mu_(static_cast<std::size_t>(population) / 2) {
  expect(population >= 4 && step_size > 0, "a population of four and a step");
  const double d = static_cast<double>(std::max<Index>(mean_.size(), 1)), lambda = population;
  for (std::size_t i = 0; i < weights_.size(); ++i)  // (49)
    weights_[i] = std::log((lambda + 1) / 2) - std::log(static_cast<double>(i + 1));
  const std::span<const double> all(weights_);
  mu_eff_ = effective(all.first(mu_));
  const double mu_eff_minus = effective(all.subspan(mu_));
  c_1_ = 2 / (square(d + 1.3) + mu_eff_);  // (57)
  c_mu_ = std::min(1 - c_1_ - 1e-8, 2 * (mu_eff_ - 2 + 1 / mu_eff_) / (square(d + 2) + mu_eff_));
  c_sigma_ = (mu_eff_ + 2) / (d + mu_eff_ + 5);  // (55)
  d_sigma_ = 1 + 2 * std::max(0.0, std::sqrt((mu_eff_ - 1) / (d + 1)) - 1) + c_sigma_;
  c_c_ = (4 + mu_eff_ / d) / (d + 4 + 2 * mu_eff_ / d);          // (56)
  chi_n_ = std::sqrt(d) * (1 - 1 / (4 * d) + 1 / (21 * d * d));  // E‖N(0, I)‖

  const double alpha = std::min({1 + c_1_ / c_mu_, 1 + 2 * mu_eff_minus / (mu_eff_ + 2),
                                 (1 - c_1_ - c_mu_) / (d * c_mu_)});  // (50) to (52)
  double positive = 0, negative = 0;
  for (const double w : weights_) (w > 0 ? positive : negative) += std::abs(w);
  for (double& w : weights_) w *= w > 0 ? 1 / positive : alpha / negative;  // (53)
  decompose();
}

CovarianceAdaptation CovarianceAdaptation::around(const MatrixXd& points, int population) {
  expect(points.cols() >= 2 && points.rows() >= 1, "two points at least");
  const Index d = points.rows();
  const VectorXd mean = points.rowwise().mean();
  const MatrixXd offsets = points.colwise() - mean;
  constexpr double alpha = 0.1;
  const MatrixXd covariance = offsets * offsets.transpose() / static_cast<double>(points.cols()) +
                              alpha * alpha * MatrixXd::Identity(d, d);
  // σ² is the geometric mean of the eigenvalues, C the rest, of determinant 1.
  const Eigen::SelfAdjointEigenSolver<MatrixXd> solver(covariance, Eigen::EigenvaluesOnly);
  const double step_size = std::exp(0.5 * solver.eigenvalues().array().log().mean());
  return CovarianceAdaptation(mean, step_size, covariance / square(step_size), population);
}

int CovarianceAdaptation::default_population(std::size_t dimension) {
  const double d = static_cast<double>(std::max<std::size_t>(dimension, 1));
  return 4 + static_cast<int>(std::floor(3 * std::log(d)));
}

int CovarianceAdaptation::chosen_population(std::int64_t option, std::size_t dimension) {
  if (option > 0 && option < 4)
    throw ConfigError("method_options.population",
                      fmt::format("expected 0 (by dimensions) or at least 4, of which two are "
                                  "followed; found {}",
                                  option));
  return option > 0 ? static_cast<int>(option) : default_population(dimension);
}

std::span<const double> CovarianceAdaptation::positive_weights() const {
  return std::span<const double>(weights_).first(mu_);
}

void CovarianceAdaptation::decompose() {
  if (covariance_.size() == 0) return;
  covariance_ = (covariance_ + covariance_.transpose().eval()) / 2;
  const Eigen::SelfAdjointEigenSolver<MatrixXd> solver(covariance_);
  expect(solver.info() == Eigen::Success, "eigenvalues of a finite symmetric matrix");
  basis_ = solver.eigenvectors();
  deviations_ = solver.eigenvalues().cwiseMax(least_eigenvalue).cwiseSqrt();
}

VectorXd CovarianceAdaptation::sample(const VectorXd& normals) const {
  const VectorXd y = basis_ * deviations_.cwiseProduct(normals);
  return mean_ + step_size_ * axis_scales_.cwiseProduct(y);
}

void CovarianceAdaptation::update(const MatrixXd& ranked, const std::vector<bool>& is_own) {
  const Index lambda = static_cast<Index>(weights_.size()), mu = static_cast<Index>(mu_);
  expect(ranked.rows() == mean_.size() && ranked.cols() == lambda, "d rows and λ columns");
  ++generation_;
  const double d = static_cast<double>(mean_.size());
  const Eigen::Map<const VectorXd> weights(weights_.data(), lambda);
  MatrixXd y = axis_scales_.cwiseInverse().asDiagonal() * (ranked.colwise() - mean_) / step_size_;
  const auto whitened = [&](const auto& vectors) {  // C^(-1/2) y
    return (basis_ * deviations_.cwiseInverse().asDiagonal() * basis_.transpose() * vectors).eval();
  };
  const double longest = std::sqrt(d) + 2 * d / (d + 2);  // Hansen 2011, c_y of table 1
  VectorXd lengths = whitened(y).colwise().norm();
  for (Index i = 0; i < lambda; ++i) {
    if (is_own[static_cast<std::size_t>(i)] || lengths[i] <= longest) continue;
    y.col(i) *= longest / lengths[i];
    lengths[i] = longest;
  }

  const VectorXd step = y.leftCols(mu) * weights.head(mu);  // ⟨y⟩_w, (41)
  mean_ += step_size_ * axis_scales_.cwiseProduct(step);    // (42)

  path_sigma_ = (1 - c_sigma_) * path_sigma_ +
                std::sqrt(c_sigma_ * (2 - c_sigma_) * mu_eff_) * whitened(step);  // (43)
  const double length = path_sigma_.norm();
  step_size_ *= std::exp(c_sigma_ / d_sigma_ * (length / chi_n_ - 1));  // (44)
  step_size_ = std::min(step_size_, largest_step_size);

  const double settled =
      std::sqrt(1 - std::pow(1 - c_sigma_, 2 * (static_cast<double>(generation_) + 1)));
  const double h_sigma = length / settled < (1.4 + 2 / (d + 1)) * chi_n_ ? 1 : 0;
  path_c_ = (1 - c_c_) * path_c_ + h_sigma * std::sqrt(c_c_ * (2 - c_c_) * mu_eff_) * step;  // (45)

  VectorXd w = weights;  // (46)
  for (Index i = 0; i < lambda; ++i)
    if (w[i] < 0) w[i] *= d / (square(lengths[i]) + 1e-8);
  const double kept = 1 + c_1_ * (1 - h_sigma) * c_c_ * (2 - c_c_) - c_1_ - c_mu_ * weights.sum();
  covariance_ = kept * covariance_ + c_1_ * path_c_ * path_c_.transpose() +
                c_mu_ * y * w.asDiagonal() * y.transpose();  // (47)
  decompose();
}

double CovarianceAdaptation::deviation(std::size_t axis) const {
  const Index j = static_cast<Index>(axis);
  return step_size_ * axis_scales_[j] * std::sqrt(std::max(covariance_(j, j), least_eigenvalue));
}

void CovarianceAdaptation::keep_margin(std::size_t axis, double low, double high, double margin) {
  const Index j = static_cast<Index>(axis);
  const double spread = deviation(axis);
  expect(low < high, "a cell with a width");
  const double mean = std::clamp(mean_[j], low, high);
  const double below = normal_below((low - mean) / spread);
  const double above = normal_below((mean - high) / spread);
  if (std::min(below, above) >= margin / 2) return;
  const double z_low = -normal_quantile(std::max(below, margin / 2));
  const double z_high = -normal_quantile(std::max(above, margin / 2));
  const double wanted = (high - low) / (z_low + z_high);
  axis_scales_[j] *= wanted / spread;
  mean_[j] = low + z_low * wanted;
}

bool CovarianceAdaptation::is_exhausted() const {
  if (square(deviations_.maxCoeff() / deviations_.minCoeff()) > singular_condition) return true;
  for (std::size_t j = 0; j < static_cast<std::size_t>(mean_.size()); ++j)
    if (deviation(j) > least_deviation) return false;
  return true;
}

}  // namespace winnow::search
