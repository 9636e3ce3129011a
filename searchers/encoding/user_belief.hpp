// What a user believes about where good points are: the distributions and probabilities given with
// the parameters, as a density over rows of a mixed space.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "searchers/encoding/mixed_space.hpp"

namespace winnow::search {

/// ln of how much likelier a row is than if the user had said nothing: the sum over its active
/// parameters; 0 on those without a distribution.
class UserBelief {
 public:
  /// `space` must outlive it.
  explicit UserBelief(const MixedSpace& space);

  /// Has the user said nothing?
  bool is_silent() const { return spoken_.empty(); }

  /// At each row (m × d): m.
  Eigen::VectorXd at_each(const Eigen::MatrixXd& rows) const;
  /// At a row (d); fills its gradient (0 on finite and inactive axes).
  double slope_at(const Eigen::VectorXd& row, Eigen::VectorXd& gradient) const;

 private:
  double at(std::size_t axis, double coordinate) const;

  const MixedSpace& space_;
  std::vector<std::size_t> spoken_;  // axes
};

}  // namespace winnow::search
