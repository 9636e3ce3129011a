// Local minimisation of smooth functions inside a box, from one or more starts. For acquisition
// functions and likelihoods; deterministic.
#pragma once

#include <Eigen/Core>
#include <functional>
#include <vector>

#include "searchers/numerics/box.hpp"

namespace winnow::search {

/// f(x); fills `gradient` (as long as x). A non-finite value means: not here.
using Differentiable = std::function<double(const Eigen::VectorXd& x, Eigen::VectorXd& gradient)>;

struct Effort {
  int evaluations;           // at most, for each start
  double relative_gain = 0;  // stop when a step gains less than this part of |f|
  double absolute_gain = 0;  // or less than this
};

struct Minimum {
  Eigen::VectorXd at;
  double value;
};

/// The best point seen on the way down from `start` (which must be in the box) by L-BFGS: Nocedal
/// (1980), "Updating quasi-Newton matrices with limited storage", in NLopt's bounded form. Never
/// worse than the start.
Minimum minimize(const Differentiable& f, const Box& box, const Eigen::VectorXd& start,
                 const Effort& effort);

/// The best of all `starts`; the first one among equals. Needs at least one start.
Minimum minimize(const Differentiable& f, const Box& box,
                 const std::vector<Eigen::VectorXd>& starts, const Effort& effort);

}  // namespace winnow::search
