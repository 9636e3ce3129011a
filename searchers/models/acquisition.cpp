#include "searchers/models/acquisition.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "searchers/numerics/normal.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::search {
namespace {

using Eigen::ArrayXd;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// The variance at a measured point is 0 up to cancellation, which leaves 16 digits.
constexpr double least_variance = 1e-16;

// ln Σ exp(values) / n.
double log_mean_exp(const ArrayXd& values) {
  const double largest = values.maxCoeff();
  return largest + std::log((values - largest).exp().mean());
}

// 1 − Σ v² for each column of L⁻¹ k.
ArrayXd variances(const MatrixXd& v) {
  return (1 - v.colwise().squaredNorm().transpose().array()).max(least_variance);
}

}  // namespace

LogExpectedImprovement::LogExpectedImprovement(GaussianProcess process, const MatrixXd& pending,
                                               const MatrixXd& normals, double goal, Index others)
    : process_(std::move(process)) {
  expect(normals.rows() == pending.rows() && normals.cols() > 0, "a draw for each pending point");
  const Index n = process_.size(), p = pending.rows(), samples = normals.cols();
  const double best = process_.means().tail(n - others).minCoeff();
  best_ = VectorXd::Constant(samples, best - goal);
  whitened_.resize(n + p, samples);
  whitened_.topRows(n).colwise() = process_.whitened();
  whitened_.bottomRows(p) = normals;
  for (Index i = 0; i < p; ++i) process_.append(pending.row(i), 0);
  // Expected values at the pending points under each draw: K α = y − noise α, for their rows.
  MatrixXd alpha = whitened_;
  process_.cholesky().solve_upper(alpha);
  const auto factor = process_.cholesky().factor();
  for (Index s = 0; s < samples; ++s)
    for (Index i = n; i < n + p; ++i) {
      const double drawn = factor.row(i).head(i + 1).dot(whitened_.col(s).head(i + 1));
      best_[s] = std::min(best_[s], drawn - process_.noise() * alpha(i, s) - goal);
    }
}

VectorXd LogExpectedImprovement::at_each(const MatrixXd& rows) const {
  MatrixXd v = process_.kernel().cross(process_.observations().X, rows);
  process_.cholesky().solve_lower(v);
  const MatrixXd means = whitened_.transpose() * v;  // S × m
  const ArrayXd deviations = variances(v).sqrt();
  VectorXd values(rows.rows());
  ArrayXd drawn(best_.size());
  for (Index i = 0; i < rows.rows(); ++i) {
    for (Index s = 0; s < best_.size(); ++s)
      drawn[s] = log_h((best_[s] - means(s, i)) / deviations[i]);
    values[i] = log_mean_exp(drawn) + std::log(deviations[i]);
  }
  return values;
}

double LogExpectedImprovement::slope_at(const VectorXd& x, VectorXd& gradient) const {
  const MatrixXd& X = process_.observations().X;
  VectorXd v = process_.kernel().against(X, x);
  process_.cholesky().solve_lower(v);
  const VectorXd means = whitened_.transpose() * v;
  const double deviation = std::sqrt(std::max(1 - v.squaredNorm(), least_variance));
  const ArrayXd z = (best_ - means).array() / deviation;
  ArrayXd logs(z.size()), by_mean(z.size());
  double by_deviation = 0;  // sums over draws are weighted by each one's part of the mean
  for (Index s = 0; s < z.size(); ++s) logs[s] = log_h(z[s]);
  const double log_mean = log_mean_exp(logs);
  for (Index s = 0; s < z.size(); ++s) {
    const double part = std::exp(logs[s] - log_mean) / static_cast<double>(z.size());
    const double slope = log_h_slope(z[s]);
    by_mean[s] = -part * slope / deviation;
    by_deviation += part * (1 - z[s] * slope) / deviation;
  }
  VectorXd weights = whitened_ * by_mean.matrix() - (by_deviation / deviation) * v;
  process_.cholesky().solve_upper(weights);
  gradient = process_.kernel().slope(X, x, weights);
  return log_mean + std::log(deviation);
}

LogFeasibility::LogFeasibility(GaussianProcess process, double limit)
    : process_(std::move(process)), limit_(limit) {}

VectorXd LogFeasibility::at_each(const MatrixXd& rows) const {
  MatrixXd v = process_.kernel().cross(process_.observations().X, rows);
  process_.cholesky().solve_lower(v);
  const ArrayXd means = v.transpose() * process_.whitened();
  const ArrayXd deviations = (variances(v) + process_.noise()).sqrt();
  VectorXd values(rows.rows());
  for (Index i = 0; i < rows.rows(); ++i)
    values[i] = log_normal_below((means[i] - limit_) / deviations[i]);
  return values;
}

double LogFeasibility::slope_at(const VectorXd& x, VectorXd& gradient) const {
  const MatrixXd& X = process_.observations().X;
  VectorXd v = process_.kernel().against(X, x);
  process_.cholesky().solve_lower(v);
  const double variance = std::max(1 - v.squaredNorm(), least_variance) + process_.noise();
  const double deviation = std::sqrt(variance);
  const double z = (v.dot(process_.whitened()) - limit_) / deviation;
  const double slope = log_normal_below_slope(z);
  // z = (vᵀw − limit)/s and s² = 1 − vᵀv + noise, hence dz = (w/s + z v/s²)ᵀ dv.
  VectorXd weights = (slope / deviation) * process_.whitened() + (slope * z / variance) * v;
  process_.cholesky().solve_upper(weights);
  gradient = process_.kernel().slope(X, x, weights);
  return log_normal_below(z);
}

}  // namespace winnow::search
