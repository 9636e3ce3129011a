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
                           int evaluations, Measured others)
    : axes_(std::move(axes)),
      noise_(noise),
      first_fit_(first_fit),
      evaluations_(evaluations),
      others_(std::move(others)),
      endings_(axes_, Centre::zero, evaluations) {
  expect(first_fit > 0, "an outcome before the first fit");
  if (others_.others.empty()) return;
  MatrixXd X(others_.X.rows(), others_.X.cols() + 1);
  X.leftCols(others_.X.cols()) = others_.X;
  Index first = 0;
  for (std::size_t study = 0; study < others_.others.size(); ++study) {
    X.rightCols(1)
        .middleRows(first, others_.others[study])
        .setConstant(static_cast<double>(study + 1));
    first += others_.others[study];
  }
  expect(first == X.rows(), "every row of another study's");
  others_.X = std::move(X);
}

std::vector<AxisKind> ModelHistory::process_axes() const {
  std::vector<AxisKind> axes = axes_;
  if (!others_.others.empty()) axes.push_back(AxisKind::nominal);
  return axes;
}

MatrixXd ModelHistory::as_own(const MatrixXd& rows) const {
  if (others_.others.empty()) return rows;
  MatrixXd own = MatrixXd::Zero(rows.rows(), rows.cols() + 1);
  own.leftCols(rows.cols()) = rows;
  return own;
}

void ModelHistory::tell_loss(VectorXd row, double loss) {
  endings_.tell(row, LogFeasibility::went_well);
  rows_.push_back(std::move(row));
  losses_.push_back(loss);
}

void ModelHistory::tell_failure(VectorXd row) {
  endings_.tell(std::move(row), LogFeasibility::failed);
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
  const Index before = others_.losses.size(), own = std::ssize(members);
  MatrixXd rows(own, std::ssize(axes_));
  Measured some{MatrixXd(before + own, std::ssize(process_axes())), VectorXd(before + own),
                others_.others};
  if (before > 0) {
    some.X.topRows(before) = others_.X;
    some.losses.head(before) = others_.losses;
  }
  for (Index i = 0; i < own; ++i) {
    rows.row(i) = rows_[members[static_cast<std::size_t>(i)]];
    some.losses[before + i] = losses_[members[static_cast<std::size_t>(i)]];
  }
  some.X.bottomRows(own) = as_own(rows);
  return some;
}

const ModelHistory::Fitted& ModelHistory::model() const {
  expect(!losses_.empty(), "a measured outcome to model");
  const std::size_t fitted_on =
      losses_.size() < first_fit_ ? losses_.size() : last_fit(first_fit_, losses_.size());
  if (!fitted_ || fitted_->fitted_on != fitted_on) {
    const Measured some = measured(nearest_to_best(fitted_on));
    const SurrogateForm form = choose_form(process_axes(), noise_, some, evaluations_);
    Surrogate surrogate(process_axes(), form, some);
    const double correlation = surrogate.left_out_correlation();
    fitted_.emplace(Fitted{fitted_on, correlation, fitted_on, std::move(surrogate)});
  }
  for (std::size_t& next = fitted_->taken_in; next < losses_.size(); ++next)
    fitted_->surrogate.append(as_own(rows_[next].transpose()).transpose(), losses_[next]);
  return *fitted_;
}

LogFeasibility ModelHistory::feasibility() const {
  expect(has_failures_, "a failure to model");
  const TargetHistory::Fitted& fitted = endings_.model();
  const double halfway = (LogFeasibility::went_well + LogFeasibility::failed) / 2;
  return LogFeasibility(fitted.process, fitted.in_process(halfway));
}

}  // namespace winnow::search
