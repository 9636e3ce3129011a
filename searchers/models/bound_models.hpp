// Models of the bounds that trials have to keep on what they measure, one for each bound: what is
// told is how far beyond it a trial was. Gardner et al. (2014), "Bayesian optimization with
// inequality constraints", section 3. tell() appends: O(d) for each bound.
#pragma once

#include <Eigen/Core>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "searchers/models/acquisition.hpp"
#include "searchers/models/target_history.hpp"

namespace winnow::search {

class BoundModels {
 public:
  /// `evaluations`: of the likelihood at a fit, at most.
  BoundModels(std::vector<AxisKind> axes, int evaluations)
      : axes_(std::move(axes)), evaluations_(evaluations) {}

  /// `excesses`: of the trial at `row` (d), one for each bound: Outcome has them.
  void tell(const Eigen::VectorXd& row, std::span<const double> excesses);
  bool empty() const { return models_.empty(); }

  /// ln of the probability to keep each bound, when what is running (p × d) keeps it as well as the
  /// mean of all did: the constant liar of Ginsbourger, Le Riche, Carraro (2010), "Kriging is
  /// well-suited to parallelize optimization", section 3.2, so that trials at once are not all in
  /// one place.
  std::vector<LogFeasibility> keeping(const Eigen::MatrixXd& running) const;

  /// Of the trial whose largest excess was the least. This and the next need a told trial.
  const Eigen::VectorXd& least_breaking() const { return least_breaking_; }
  /// How far one goes along an axis before the first bound's model changes much: d.
  const Eigen::VectorXd& lengths() const;

 private:
  std::vector<AxisKind> axes_;
  int evaluations_;
  std::vector<TargetHistory> models_;  // how far each is kept: excesses, turned round
  double least_excess_ = std::numeric_limits<double>::infinity();
  Eigen::VectorXd least_breaking_;
};

}  // namespace winnow::search
