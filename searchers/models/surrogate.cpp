#include "searchers/models/surrogate.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>
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

struct Warped {
  VectorXd targets;
  double log_slopes = 0;
};

// The losses of each study by a warp of its own.
Warped warp_each(const WarpForm& form, const VectorXd& losses, std::vector<Index> studies) {
  studies.push_back(losses.size() - std::accumulate(studies.begin(), studies.end(), Index{0}));
  Warped all{VectorXd(losses.size())};
  Index first = 0;
  for (const Index size : studies) {
    const OutputWarp own(form, losses.segment(first, size));
    all.targets.segment(first, size) = own.targets();
    all.log_slopes += own.log_slopes();
    first += size;
  }
  return all;
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

// Where a fit of an additive kernel begins: mostly additive, but not so much that what axes do
// together has no slope.
constexpr double start_joint = 0.1;

/// The form search's tools: candidates, how likely each makes the losses, and the likeliest so far.
class FormSearch {
 public:
  FormSearch(const std::vector<AxisKind>& axes, Noise noise, const Measured& measured,
             int evaluations)
      : axes_(axes),
        noise_(noise),
        measured_(measured),
        group_(groups_of(measured.X)),
        evaluations_(evaluations) {}

  /// A first look: a fifth of the evaluations, with the rougher kernel, from the prior's mode.
  Candidate look(const WarpForm& warp, double joint) const {
    const Warped warped = warp_each(warp, measured_.losses, measured_.others);
    Hyperparameters start = prior_mode(axes_.size(), noise_);
    start.scales.joint = joint;
    // At the mode studies would hardly know of each other: they begin as alike, at the median.
    if (!measured_.others.empty())
      start.scales.lengths[std::ssize(axes_) - 1] = prior_median_length(axes_.size());
    const Observations seen = observations_of(measured_.X, group_, warped.targets);
    const Fit found =
        fit(axes_, Smoothness::matern52, noise_, seen, {start}, std::max(1, evaluations_ / 5));
    return {{warp, Smoothness::matern52, found.at},
            seen,
            warped.log_slopes,
            found.log_posterior + warped.log_slopes};
  }

  /// In earnest, from where the first look ended.
  void try_out(const Candidate& candidate, Smoothness smoothness) {
    const Fit found =
        fit(axes_, smoothness, noise_, candidate.observations, {candidate.form.at}, evaluations_);
    const double log_posterior = found.log_posterior + candidate.log_slopes;
    if (best_ && log_posterior <= best_log_posterior_) return;
    best_log_posterior_ = log_posterior;
    best_ = SurrogateForm{candidate.form.warp, smoothness, found.at};
  }

  const SurrogateForm& best() const { return *best_; }

 private:
  const std::vector<AxisKind>& axes_;
  Noise noise_;
  const Measured& measured_;
  std::vector<Index> group_;
  int evaluations_;
  std::optional<SurrogateForm> best_;
  double best_log_posterior_ = 0;
};

}  // namespace

SurrogateForm choose_form(const std::vector<AxisKind>& axes, Noise noise, const Measured& measured,
                          int evaluations) {
  using enum WarpForm::Shape;
  // From none to strong in steps of ten: what a loss of a tenth or a hundredth of the median's
  // distance to the best means.
  const WarpForm warps[] = {{linear}, {log, 1}, {log, 0.1}, {log, 0.01}};
  FormSearch search(axes, noise, measured, evaluations);
  // A first look at each warp; then in earnest the best one with the rougher and the smoother
  // kernel, and the second best with the better of these.
  std::vector<Candidate> candidates;
  for (const WarpForm& warp : warps) candidates.push_back(search.look(warp, 1));
  const double plain = candidates[0].log_posterior;
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const auto& a, const auto& b) { return a.log_posterior > b.log_posterior; });
  search.try_out(candidates[0], Smoothness::matern52);
  search.try_out(candidates[0], Smoothness::squared_exponential);
  search.try_out(candidates[1], search.best().smoothness);
  if (axes.size() < 2) return search.best();
  // A sum of functions of single axes, where at first sight that is likelier than a function of all
  // of them. Of losses as they are: no sum is left one by a warp.
  const Candidate additive = search.look({linear}, start_joint);
  if (additive.log_posterior > plain) search.try_out(additive, search.best().smoothness);
  return search.best();
}

SurrogateForm choose_unwarped_form(const std::vector<AxisKind>& axes, Noise noise,
                                   const Measured& measured, int evaluations) {
  FormSearch search(axes, noise, measured, evaluations);
  const Candidate joint = search.look({}, 1);
  search.try_out(joint, Smoothness::matern52);
  search.try_out(joint, Smoothness::squared_exponential);
  if (axes.size() < 2) return search.best();
  const Candidate additive = search.look({}, start_joint);
  if (additive.log_posterior > joint.log_posterior)
    search.try_out(additive, search.best().smoothness);
  return search.best();
}

Surrogate::Surrogate(const std::vector<AxisKind>& axes, SurrogateForm form,
                     const Measured& measured)
    : form_(std::move(form)),
      studies_(measured.others),
      group_(groups_of(measured.X)),
      losses_(measured.losses.begin(), measured.losses.end()),
      process_(
          Kernel(axes, form_.smoothness, form_.at.scales), form_.at.noise,
          scaled(observations_of(measured.X, group_,
                                 warp_each(form_.warp, measured.losses, measured.others).targets),
                 form_.at.amplitude)),
      others_(0) {
  const Index rows = std::accumulate(studies_.begin(), studies_.end(), Index{0});
  expect(rows < measured.losses.size(), "a measurement of this study");
  others_ = group_[static_cast<std::size_t>(rows)];  // in order of first appearance
}

void Surrogate::append(const VectorXd& row, double loss) {
  group_.push_back(process_.size());
  losses_.push_back(loss);
  process_.append(row, 0);
  process_.retarget(grouped_targets());
}

VectorXd Surrogate::grouped_targets() const {
  const Eigen::Map<const VectorXd> losses(losses_.data(), std::ssize(losses_));
  const Warped all = warp_each(form_.warp, losses, studies_);
  VectorXd sums = VectorXd::Zero(process_.size());
  for (std::size_t i = 0; i < group_.size(); ++i)
    sums[group_[i]] += all.targets[static_cast<Index>(i)];
  return sums.cwiseQuotient(process_.observations().replicates) / std::sqrt(form_.at.amplitude);
}

MatrixXd Surrogate::best_rows(Index most) const {
  const VectorXd means = process_.means();
  std::vector<Index> order(static_cast<std::size_t>(means.size() - others_));
  std::iota(order.begin(), order.end(), others_);
  std::stable_sort(order.begin(), order.end(),
                   [&](Index a, Index b) { return means[a] < means[b]; });
  order.resize(std::min(order.size(), static_cast<std::size_t>(most)));
  return process_.observations().X(order, Eigen::all);
}

double Surrogate::left_out_correlation() const {
  const Index own = process_.size() - others_;
  if (own < 3) return 0;
  VectorXd expected = ranks(process_.leave_one_out().means.tail(own));
  VectorXd measured = ranks(process_.observations().y.tail(own));
  expected.array() -= expected.mean();
  measured.array() -= measured.mean();
  const double scale = expected.norm() * measured.norm();
  return scale > 0 ? expected.dot(measured) / scale : 0;
}

}  // namespace winnow::search
