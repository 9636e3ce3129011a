#include "searchers/models/model_history.hpp"

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

}  // namespace

ModelHistory::ModelHistory(std::vector<AxisKind> axes, Noise noise, std::size_t first_fit,
                           int evaluations)
    : axes_(std::move(axes)), noise_(noise), first_fit_(first_fit), evaluations_(evaluations) {
  expect(first_fit > 0, "an outcome before the first fit");
}

void ModelHistory::tell_loss(VectorXd row, double loss) {
  ended_.push_back({row, LogFeasibility::went_well});
  rows_.push_back(std::move(row));
  losses_.push_back(loss);
}

void ModelHistory::tell_failure(VectorXd row) {
  ended_.push_back({std::move(row), LogFeasibility::failed});
  has_failures_ = true;
}

// As told. A distance of 1 between codes, and to where a parameter is not active.
std::vector<std::size_t> ModelHistory::nearest_to_best(std::size_t outcomes) const {
  std::vector<std::size_t> members(outcomes);
  std::iota(members.begin(), members.end(), std::size_t{0});
  if (outcomes <= most_modelled) return members;
  const auto end = losses_.begin() + static_cast<std::ptrdiff_t>(outcomes);
  const VectorXd& best =
      rows_[static_cast<std::size_t>(std::min_element(losses_.begin(), end) - losses_.begin())];
  std::vector<double> distance(outcomes);
  for (std::size_t i = 0; i < outcomes; ++i)
    for (std::size_t j = 0; j < axes_.size(); ++j) {
      const double a = rows_[i][static_cast<Index>(j)], b = best[static_cast<Index>(j)];
      const bool are_numbers = axes_[j] != AxisKind::nominal && a != inactive && b != inactive;
      distance[i] += are_numbers ? (a - b) * (a - b) : (a != b);
    }
  std::stable_sort(members.begin(), members.end(),
                   [&](std::size_t a, std::size_t b) { return distance[a] < distance[b]; });
  members.resize(most_modelled);
  std::sort(members.begin(), members.end());
  return members;
}

Measured ModelHistory::measured(const std::vector<std::size_t>& members) const {
  Measured some{MatrixXd(std::ssize(members), std::ssize(axes_)), VectorXd(std::ssize(members))};
  for (Index i = 0; i < some.losses.size(); ++i) {
    some.X.row(i) = rows_[members[static_cast<std::size_t>(i)]];
    some.losses[i] = losses_[members[static_cast<std::size_t>(i)]];
  }
  return some;
}

const ModelHistory::Fitted& ModelHistory::model() const {
  expect(can_model(), "enough measured outcomes for a model");
  const std::size_t fitted_on = last_fit(first_fit_, losses_.size());
  if (!fitted_ || fitted_->fitted_on != fitted_on) {
    const Measured some = measured(nearest_to_best(fitted_on));
    const SurrogateForm form = choose_form(axes_, noise_, some, evaluations_);
    Surrogate surrogate(axes_, form, some);
    const double correlation = surrogate.left_out_correlation();
    fitted_.emplace(Fitted{fitted_on, correlation, fitted_on, std::move(surrogate)});
  }
  for (std::size_t& next = fitted_->taken_in; next < losses_.size(); ++next)
    fitted_->surrogate.append(rows_[next], losses_[next]);
  return *fitted_;
}

LogFeasibility ModelHistory::feasibility() const {
  expect(has_failures_, "a failure to model");
  const std::size_t fitted_on = last_fit(1, ended_.size());
  if (!failures_ || failures_->fitted_on != fitted_on) failures_ = fitted_failures(fitted_on);
  for (std::size_t& next = failures_->taken_in; next < ended_.size(); ++next)
    failures_->process.append(ended_[next].row,
                              ended_[next].target / std::sqrt(failures_->amplitude));
  return LogFeasibility(failures_->process, failures_->amplitude);
}

// Of the last `most_modelled` among the first `outcomes`.
ModelHistory::FittedFailures ModelHistory::fitted_failures(std::size_t outcomes) const {
  const std::size_t first = outcomes - std::min(outcomes, most_modelled);
  const Index n = static_cast<Index>(outcomes - first);
  Observations seen{MatrixXd(n, std::ssize(axes_)), VectorXd(n), VectorXd::Ones(n)};
  for (Index i = 0; i < n; ++i) {
    const Ended& ended = ended_[first + static_cast<std::size_t>(i)];
    seen.X.row(i) = ended.row;
    seen.y[i] = ended.target;
  }
  const Hyperparameters start = prior_mode(axes_.size(), Noise::learnt);
  const Hyperparameters at =
      fit(axes_, Smoothness::matern52, Noise::learnt, seen, {start}, evaluations_).at;
  const Kernel kernel(axes_, Smoothness::matern52, at.scales);
  return {outcomes, outcomes, at.amplitude,
          GaussianProcess(kernel, at.noise, scaled(std::move(seen), at.amplitude))};
}

}  // namespace winnow::search
