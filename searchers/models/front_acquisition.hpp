// How much is to be gained by trying a point when there are several objectives, each with a
// Gaussian process of its own.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "searchers/models/gaussian_process.hpp"
#include "searchers/numerics/nondominated_boxes.hpp"

namespace winnow::search {

/// ln of the expected growth of the dominated hypervolume, exactly: over a box it is a product of
/// differences of one-dimensional expected improvements. Yang, Emmerich, Deutz, Bäck (2019),
/// "Efficient computation of expected hypervolume improvement using box decomposition algorithms",
/// equation (14); in logarithms as Ament et al. (2023), "Unexpected improvements to expected
/// improvement for Bayesian optimization", section 4.3, so that it has a slope everywhere.
class LogExpectedHypervolumeImprovement {
 public:
  /// One process for each of one to three objectives; `boxes` in units of their targets, one at
  /// least.
  LogExpectedHypervolumeImprovement(std::vector<GaussianProcess> processes,
                                    std::vector<LossBox> boxes);

  /// At each row (m × d): m.
  Eigen::VectorXd at_each(const Eigen::MatrixXd& rows) const;
  /// At x (d); fills its gradient (0 on axes that have none).
  double slope_at(const Eigen::VectorXd& x, Eigen::VectorXd& gradient) const;

 private:
  struct Edge {
    std::size_t low, high;  // indices of edges_; low may be none
  };
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  std::vector<GaussianProcess> processes_;
  std::vector<std::vector<double>> edges_;  // of each objective: where boxes begin or end
  std::vector<std::vector<Edge>> boxes_;    // of each objective: of each box
};

/// The worst of the objectives' weighted distances to a reference, where each objective may be as
/// good as is likely: to be maximised for one random weight at a time. Paria, Kandasamy, Póczos
/// (2020), "A flexible framework for multi-objective Bayesian optimization using random
/// scalarizations"; weights uniform on the sphere make it the hypervolume in expectation: Zhang,
/// Golovin (2020), "Random hypervolume scalarizations for provable multi-objective black box
/// optimization".
class WeightedOptimism {
 public:
  /// `weights`: positive, one for each process. `reference` in units of the targets.
  WeightedOptimism(std::vector<GaussianProcess> processes, std::vector<double> reference,
                   std::vector<double> weights);

  Eigen::VectorXd at_each(const Eigen::MatrixXd& rows) const;
  double slope_at(const Eigen::VectorXd& x, Eigen::VectorXd& gradient) const;

 private:
  std::vector<GaussianProcess> processes_;
  std::vector<double> reference_, weights_;
};

}  // namespace winnow::search
