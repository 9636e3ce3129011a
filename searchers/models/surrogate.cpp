#include "searchers/models/surrogate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <utility>

#include "searchers/problem/error.hpp"

namespace winnow::search {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// The group of each row: equal rows share one, numbered in order of first appearance.
std::vector<Index> groups_of(const MatrixXd& X) {
  std::map<std::vector<double>, Index> known;
  std::vector<Index> group;
  for (Index i = 0; i < X.rows(); ++i) {
    const VectorXd row = X.row(i);
    const Index next = std::ssize(known);
    group.push_back(known.emplace(std::vector<double>(row.begin(), row.end()), next).first->second);
  }
  return group;
}

Observations observations_of(const MatrixXd& X, const std::vector<Index>& group,
                             const VectorXd& targets) {
  const Index groups = *std::max_element(group.begin(), group.end()) + 1;
  Observations seen{MatrixXd(groups, X.cols()), VectorXd::Zero(groups), VectorXd::Zero(groups)};
  for (Index i = 0; i < X.rows(); ++i) {
    const Index g = group[static_cast<std::size_t>(i)];
    seen.X.row(g) = X.row(i);
    seen.y[g] += targets[i];
    seen.replicates[g] += 1;
  }
  seen.y.array() /= seen.replicates.array();
  for (Index i = 0; i < X.rows(); ++i) {
    const double away = targets[i] - seen.y[group[static_cast<std::size_t>(i)]];
    seen.squares_within += away * away;
  }
  return seen;
}

// Average ranks, from 0.
VectorXd ranks(const VectorXd& values) {
  std::vector<Index> order(static_cast<std::size_t>(values.size()));
  std::iota(order.begin(), order.end(), Index{0});
  std::sort(order.begin(), order.end(), [&](Index a, Index b) { return values[a] < values[b]; });
  VectorXd rank(values.size());
  for (std::size_t first = 0, last; first < order.size(); first = last) {
    for (last = first; last < order.size() && values[order[last]] == values[order[first]];) ++last;
    for (std::size_t k = first; k < last; ++k)
      rank[order[k]] = 0.5 * static_cast<double>(first + last - 1);
  }
  return rank;
}

/// One way to see the same measurements.
struct Candidate {
  SurrogateForm form;
  Observations observations;
  double log_slopes;
  double log_posterior;
};

}  // namespace

SurrogateForm choose_form(const std::vector<AxisKind>& axes, Noise noise, const Measured& measured,
                          int evaluations) {
  using enum WarpForm::Shape;
  // From none to strong in steps of ten: what a loss of a tenth or a hundredth of the median's
  // distance to the best means.
  const WarpForm warps[] = {{linear}, {log, 1}, {log, 0.1}, {log, 0.01}};
  const std::vector<Index> group = groups_of(measured.X);
  const Hyperparameters mode = prior_mode(axes.size(), noise);
  // A first look at each warp; then in earnest the best one with the rougher and the smoother
  // kernel, and the second best with the better of these.
  const int first_look = std::max(1, evaluations / 5);
  std::vector<Candidate> candidates;
  for (const WarpForm& warp : warps) {
    const OutputWarp warped(warp, measured.losses);
    Candidate candidate{{warp, Smoothness::matern52, mode},
                        observations_of(measured.X, group, warped.targets()),
                        warped.log_slopes(),
                        0};
    const Fit found =
        fit(axes, Smoothness::matern52, noise, candidate.observations, {mode}, first_look);
    candidate.form.at = found.at;
    candidate.log_posterior = found.log_posterior + candidate.log_slopes;
    candidates.push_back(std::move(candidate));
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const auto& a, const auto& b) { return a.log_posterior > b.log_posterior; });
  SurrogateForm best = candidates[0].form;
  double best_log_posterior = -std::numeric_limits<double>::infinity();
  const auto try_out = [&](const Candidate& candidate, Smoothness smoothness) {
    const Fit found =
        fit(axes, smoothness, noise, candidate.observations, {candidate.form.at}, evaluations);
    const double log_posterior = found.log_posterior + candidate.log_slopes;
    if (log_posterior <= best_log_posterior) return;
    best_log_posterior = log_posterior;
    best = {candidate.form.warp, smoothness, found.at};
  };
  try_out(candidates[0], Smoothness::matern52);
  try_out(candidates[0], Smoothness::squared_exponential);
  try_out(candidates[1], best.smoothness);
  return best;
}

Surrogate::Surrogate(const std::vector<AxisKind>& axes, SurrogateForm form,
                     const Measured& measured)
    : form_(std::move(form)),
      group_(groups_of(measured.X)),
      losses_(measured.losses.begin(), measured.losses.end()),
      process_(Kernel(axes, form_.smoothness, form_.at.scales), form_.at.noise,
               scaled(observations_of(measured.X, group_,
                                      OutputWarp(form_.warp, measured.losses).targets()),
                      form_.at.amplitude)) {}

void Surrogate::append(const VectorXd& row, double loss) {
  group_.push_back(process_.size());
  losses_.push_back(loss);
  process_.append(row, 0);
  process_.retarget(grouped_targets());
}

VectorXd Surrogate::grouped_targets() const {
  const Eigen::Map<const VectorXd> losses(losses_.data(), std::ssize(losses_));
  const OutputWarp warped(form_.warp, losses);
  VectorXd sums = VectorXd::Zero(process_.size());
  for (std::size_t i = 0; i < group_.size(); ++i)
    sums[group_[i]] += warped.targets()[static_cast<Index>(i)];
  return sums.cwiseQuotient(process_.observations().replicates) / std::sqrt(form_.at.amplitude);
}

MatrixXd Surrogate::best_rows(Index most) const {
  const VectorXd means = process_.means();
  std::vector<Index> order(static_cast<std::size_t>(means.size()));
  std::iota(order.begin(), order.end(), Index{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](Index a, Index b) { return means[a] < means[b]; });
  order.resize(std::min(order.size(), static_cast<std::size_t>(most)));
  return process_.observations().X(order, Eigen::all);
}

double Surrogate::left_out_correlation() const {
  if (process_.size() < 3) return 0;
  VectorXd expected = ranks(process_.leave_one_out().means);
  VectorXd measured = ranks(process_.observations().y);
  expected.array() -= expected.mean();
  measured.array() -= measured.mean();
  const double scale = expected.norm() * measured.norm();
  return scale > 0 ? expected.dot(measured) / scale : 0;
}

}  // namespace winnow::search
