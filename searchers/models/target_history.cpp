#include "searchers/models/target_history.hpp"

#include <algorithm>
#include <cmath>
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

}  // namespace

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
    fitted_->process.append(rows_[next],
                            (targets_[next] - fitted_->centre) / std::sqrt(fitted_->amplitude));
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
  const double centre = centre_ == Centre::mean ? seen.y.mean() : 0;
  seen.y.array() -= centre;
  const Hyperparameters start = prior_mode(axes_.size(), Noise::learnt);
  const Hyperparameters at =
      fit(axes_, Smoothness::matern52, Noise::learnt, seen, {start}, evaluations_).at;
  const Kernel kernel(axes_, Smoothness::matern52, at.scales);
  return {count, count, centre, at.amplitude,
          GaussianProcess(kernel, at.noise, scaled(std::move(seen), at.amplitude))};
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
