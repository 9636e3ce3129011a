#include "searchers/models/gaussian_process.hpp"

#include <cmath>
#include <numbers>
#include <utility>

#include "searchers/problem/error.hpp"

namespace winnow::search {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

const double log_two_pi = std::log(2 * std::numbers::pi);

}  // namespace

GaussianProcess::GaussianProcess(Kernel kernel, double noise, Observations observations,
                                 Purpose purpose)
    : kernel_(std::move(kernel)), noise_(noise), observations_(std::move(observations)) {
  const Observations& seen = observations_;
  expect(size() > 0 && seen.X.rows() == size() && seen.replicates.size() == size(),
         "as many points and replicates as targets, at least one");
  MatrixXd covariance;
  if (purpose == Purpose::fit) {
    Kernel::Gram pairs = kernel_.gram_with_slopes(seen.X);
    covariance = std::move(pairs.covariances);
    kernel_slopes_ = std::move(pairs.slopes);
  } else {
    covariance = kernel_.gram(seen.X);
  }
  covariance.diagonal().array() += noise_ / seen.replicates.array();
  cholesky_ = Cholesky(std::move(covariance));
  solve();
}

void GaussianProcess::append(const VectorXd& x, double y) {
  Observations& seen = observations_;
  cholesky_.append(kernel_.against(seen.X, x), 1 + noise_);
  const Index n = size();
  seen.X.conservativeResize(n + 1, Eigen::NoChange);
  seen.X.row(n) = x.transpose();
  seen.y.conservativeResize(n + 1);
  seen.y[n] = y;
  seen.replicates.conservativeResize(n + 1);
  seen.replicates[n] = 1;
  solve();
}

void GaussianProcess::retarget(VectorXd y) {
  expect(y.size() == size(), "a target for each point");
  observations_.y = std::move(y);
  solve();
}

void GaussianProcess::solve() {
  whitened_ = observations_.y;
  cholesky_.solve_lower(whitened_);
  alpha_ = whitened_;
  cholesky_.solve_upper(alpha_);
}

Prediction GaussianProcess::at(const VectorXd& x) const {
  VectorXd v = kernel_.against(observations_.X, x);
  cholesky_.solve_lower(v);
  return {v.dot(whitened_), std::max(0.0, 1 - v.squaredNorm())};  // against rounding only
}

// K α = y − (noise/replicates) α.
VectorXd GaussianProcess::means() const {
  const Eigen::ArrayXd variances = noise_ / observations_.replicates.array() + cholesky_.jitter();
  return observations_.y.array() - variances * alpha_.array();
}

double GaussianProcess::log_likelihood() const {
  const double n = static_cast<double>(size());
  const double of_means =
      -0.5 * (whitened_.squaredNorm() + cholesky_.log_determinant() + n * log_two_pi);
  const double further = observations_.replicates.sum() - n;
  if (further == 0) return of_means;
  return of_means -
         0.5 * (further * (log_two_pi + std::log(noise_)) + observations_.squares_within / noise_ +
                observations_.replicates.array().log().sum());
}

// ½ tr((α αᵀ − K⁻¹) ∂K): equation (5.9).
VectorXd GaussianProcess::log_likelihood_slope() const {
  MatrixXd G = -0.5 * cholesky_.inverse();  // its lower half
  G.selfadjointView<Eigen::Lower>().rankUpdate(alpha_, 0.5);
  const Index d = kernel_.dimension();
  VectorXd slope(2 * d + 2);
  const VectorXd by_scales = kernel_.scale_slope(observations_.X, G, kernel_slopes_);
  slope.head(2 * d) = by_scales.head(2 * d);
  slope[2 * d + 1] = by_scales[2 * d];
  slope[2 * d] = (G.diagonal().array() * noise_ / observations_.replicates.array()).sum();
  const double further = observations_.replicates.sum() - static_cast<double>(size());
  if (further > 0) slope[2 * d] -= 0.5 * (further - observations_.squares_within / noise_);
  return slope;
}

GaussianProcess::LeftOut GaussianProcess::leave_one_out() const {
  const VectorXd precisions = cholesky_.inverse().diagonal();
  return {observations_.y - alpha_.cwiseQuotient(precisions), precisions.cwiseInverse()};
}

}  // namespace winnow::search
