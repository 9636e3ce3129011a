#include "searchers/encoding/user_belief.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "searchers/numerics/prior_probability.hpp"

namespace winnow::search {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

UserBelief::UserBelief(const MixedSpace& space) : space_(space) {
  for (std::size_t j = 0; j < space.dimension(); ++j) {
    const Domain& domain = space.domain(j);
    const auto* real = std::get_if<Real>(&domain);
    const auto* choice = std::get_if<Categorical>(&domain);
    if ((real && real->prior) || (choice && !choice->probabilities.empty())) spoken_.push_back(j);
  }
}

double UserBelief::at(std::size_t axis, double coordinate) const {
  if (coordinate == inactive) return 0;
  const Domain& domain = space_.domain(axis);
  if (const auto* choice = std::get_if<Categorical>(&domain)) {
    const std::vector<double>& weights = choice->probabilities;
    const double mean =
        std::accumulate(weights.begin(), weights.end(), 0.0) / static_cast<double>(weights.size());
    return std::log(weights[space_.index(axis, coordinate)] / mean);
  }
  const Real& real = std::get<Real>(domain);
  const double x = as_number(space_.value(axis, coordinate));
  const double inside = prior_below(*real.prior, real.high) - prior_below(*real.prior, real.low);
  return prior_log_density(*real.prior, x) + std::log((real.high - real.low) / inside);
}

VectorXd UserBelief::at_each(const MatrixXd& rows) const {
  VectorXd sums = VectorXd::Zero(rows.rows());
  for (Index i = 0; i < rows.rows(); ++i)
    for (const std::size_t axis : spoken_) sums[i] += at(axis, rows(i, static_cast<Index>(axis)));
  return sums;
}

double UserBelief::slope_at(const VectorXd& row, VectorXd& gradient) const {
  gradient = VectorXd::Zero(row.size());
  double sum = 0;
  for (const std::size_t axis : spoken_) {
    const double u = row[static_cast<Index>(axis)];
    sum += at(axis, u);
    if (u == inactive || space_.axes()[axis].values != 0) continue;
    // By differences: the slope of a density by its own quantile is a quotient that overflows in
    // the tails.
    constexpr double step = 1e-6;
    const double low = std::max(0.0, u - step), high = std::min(1.0, u + step);
    gradient[static_cast<Index>(axis)] = (at(axis, high) - at(axis, low)) / (high - low);
  }
  return sum;
}

}  // namespace winnow::search
