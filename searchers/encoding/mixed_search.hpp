// The best rows of a mixed space under a smooth function that is cheap to evaluate, such as an
// acquisition function: many candidates, then descents on the continuous axes in turn with exact
// moves on the finite ones.
#pragma once

#include <Eigen/Core>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "searchers/encoding/mixed_space.hpp"
#include "searchers/numerics/box.hpp"

namespace winnow::search {

/// To be maximised. `at_each` takes rows (m × d) and gives m values; `slope_at` one row, and fills
/// the gradient by its coordinates (0 on nominal and inactive ones).
struct MixedFunction {
  std::function<Eigen::VectorXd(const Eigen::MatrixXd& rows)> at_each;
  std::function<double(const Eigen::VectorXd& row, Eigen::VectorXd& gradient)> slope_at;
};

/// Of anything that has at_each and slope_at, which is copied.
template <class Acquisition>
MixedFunction function_of(Acquisition acquisition) {
  const auto shared = std::make_shared<const Acquisition>(std::move(acquisition));
  return {[shared](const Eigen::MatrixXd& rows) { return shared->at_each(rows); },
          [shared](const Eigen::VectorXd& row, Eigen::VectorXd& gradient) {
            return shared->slope_at(row, gradient);
          }};
}

struct WeightedFunction {
  double weight;
  MixedFunction f;
};
/// Σ weight · f: of logarithms, a product. Needs a term.
MixedFunction sum_of(std::vector<WeightedFunction> terms);

/// `count` rows spread evenly over `box`, and a quarter as many neighbours of `centres` (m × d, m >
/// 0), each in turn, moved into it.
Eigen::MatrixXd candidate_rows(const MixedSpace& space, Eigen::Index count, const Box& box,
                               const Eigen::MatrixXd& centres, Rng& rng);

struct MixedEffort {
  int starts;       // of how many candidates a descent begins
  int evaluations;  // of slope_at, at most, in one descent
};

/// Local maxima near the best of `candidates` (m × d) and, after them, the candidates themselves,
/// best first. `lengths` (d): how far one goes along an axis before the function changes much;
/// continuous coordinates stay in `box` (d).
std::vector<Eigen::VectorXd> best_rows(const MixedSpace& space, const MixedFunction& f,
                                       const Eigen::MatrixXd& candidates,
                                       const Eigen::VectorXd& lengths, const Box& box,
                                       const MixedEffort& effort);

}  // namespace winnow::search
