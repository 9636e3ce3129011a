#include "searchers/models/target_history.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "searchers/models/fit_schedule.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::search {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// As many as the model of losses holds (model_history.hpp).
constexpr std::size_t most_fitted = 250;

double median_size(const VectorXd& targets) {
  std::vector<double> sizes(static_cast<std::size_t>(targets.size()));
  std::transform(targets.begin(), targets.end(), sizes.begin(),
                 [](double target) { return std::abs(target); });
  const auto middle = sizes.begin() + std::ssize(sizes) / 2;
  std::nth_element(sizes.begin(), middle, sizes.end());
  return *middle > 0 ? std::min(*middle, std::numeric_limits<double>::max()) : 1;
}

double bilogarithm(double target, double unit) {
  if (unit == 0) return target;
  const double size = std::min(std::abs(target) / unit, std::numeric_limits<double>::max());
  return std::copysign(std::log1p(size), target);
}

}  // namespace

double TargetHistory::Fitted::in_process(double target) const {
  return (bilogarithm(target, unit) - centre) / std::sqrt(amplitude);
}

TargetHistory::TargetHistory(std::vector<AxisKind> axes, Centre centre, int evaluations)
    : axes_(std::move(axes)), centre_(centre), evaluations_(evaluations) {}

void TargetHistory::tell(VectorXd row, double target) {
  rows_.push_back(std::move(row));
  targets_.push_back(target);
}

const TargetHistory::Fitted& TargetHistory::model() const {
  expect(!targets_.empty(), "a target to model");
  const std::size_t count = last_fit(1, targets_.size());
  if (!fitted_ || fitted_->fitted_on != count) fitted_ = fitted(count);
  for (std::size_t& next = fitted_->taken_in; next < targets_.size(); ++next)
    fitted_->process.append(rows_[next], fitted_->in_process(targets_[next]));
  return *fitted_;
}

TargetHistory::Fitted TargetHistory::fitted(std::size_t count) const {
  const std::size_t first = count - std::min(count, most_fitted);
  const Index n = static_cast<Index>(count - first);
  Observations seen{MatrixXd(n, std::ssize(axes_)), VectorXd(n), VectorXd::Ones(n)};
  for (Index i = 0; i < n; ++i) {
    seen.X.row(i) = rows_[first + static_cast<std::size_t>(i)];
    seen.y[i] = targets_[first + static_cast<std::size_t>(i)];
  }
  const double unit = centre_ == Centre::bilogarithmic ? median_size(seen.y) : 0;
  for (double& target : seen.y) target = bilogarithm(target, unit);
  const double centre = centre_ == Centre::zero ? 0 : seen.y.mean();
  seen.y.array() -= centre;
  const Hyperparameters start = prior_mode(axes_.size(), Noise::learnt);
  const Hyperparameters at =
      fit(axes_, Smoothness::matern52, Noise::learnt, seen, {start}, evaluations_).at;
  const Kernel kernel(axes_, Smoothness::matern52, at.scales);
  return {count,        count,
          unit,         centre,
          at.amplitude, GaussianProcess(kernel, at.noise, scaled(std::move(seen), at.amplitude))};
}

VectorXd LogDuration::at_each(const MatrixXd& rows) const {
  const GaussianProcess& process = of_.process;
  const MatrixXd covariances = process.kernel().cross(process.observations().X, rows);
  return (std::sqrt(of_.amplitude) * (covariances.transpose() * process.alpha())).array() +
         of_.centre;
}

double LogDuration::slope_at(const VectorXd& x, VectorXd& gradient) const {
  const GaussianProcess& process = of_.process;
  const MatrixXd& X = process.observations().X;
  const double deviation = std::sqrt(of_.amplitude);
  gradient = process.kernel().slope(X, x, deviation * process.alpha());
  return of_.centre + deviation * process.kernel().against(X, x).dot(process.alpha());
}

}  // namespace winnow::search
