// The normal distribution that CMA-ES moves over a space: mean, step size and covariance, learnt
// from which of its samples were better. Knows no bounds and no parameters; its caller does.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <span>
#include <vector>

namespace winnow::search {

/// Source: Hansen (2016), "The CMA evolution strategy: a tutorial" (arXiv:1604.00772), with active
/// (negative) weights; equations and letters are of its appendix A. d dimensions, λ samples a
/// generation. Integers keep a margin: Hamano, Saito, Nomura, Shirakawa (2022), "CMA-ES with
/// margin", section 4, of which the rescaling of three probabilities to sum one is left out: only
/// the middle one gives way.
class CovarianceAdaptation {
 public:
  /// Needs population ≥ 4, step_size > 0; `covariance`: d × d, positive definite.
  CovarianceAdaptation(Eigen::VectorXd mean, double step_size, Eigen::MatrixXd covariance,
                       int population);

  /// The normal distribution of good points known before, `points`: d × n, n ≥ 2: their mean and
  /// empirical covariance, widened by 0.1 in every direction. Nomura et al. (2021), "Warm starting
  /// CMA-ES for hyperparameter optimization", section 4.
  static CovarianceAdaptation around(const Eigen::MatrixXd& points, int population);

  /// λ of the tutorial's equation (48): 4 + ⌊3 ln d⌋.
  static int default_population(std::size_t dimension);
  /// An option of that name: 0 is the default. Throws ConfigError below 4, of which two are
  /// followed.
  static int chosen_population(std::int64_t option, std::size_t dimension);

  int population() const { return static_cast<int>(weights_.size()); }
  const Eigen::VectorXd& mean() const { return mean_; }
  double step_size() const { return step_size_; }
  const Eigen::MatrixXd& covariance() const { return covariance_; }
  std::int64_t generation() const { return generation_; }
  /// c_μ, and the weights of the better half (sum 1).
  double rank_mu_rate() const { return c_mu_; }
  std::span<const double> positive_weights() const;

  /// The sample that belongs to `normals`, d independent standard normal numbers.
  Eigen::VectorXd sample(const Eigen::VectorXd& normals) const;

  /// One generation: λ columns, best first (d × λ). A column that `is_own` marks false was not
  /// drawn from this distribution: its length is cut to what is likely (Hansen 2011, "Injecting
  /// external solutions into CMA-ES", section 4).
  void update(const Eigen::MatrixXd& ranked, const std::vector<bool>& is_own);

  /// Makes the probabilities that a sample's coordinate `axis` lies below `low` and above `high` at
  /// least `margin` / 2 each, by moving mean and scale of that axis. A mean outside
  /// counts as on the edge. Needs low < high.
  void keep_margin(std::size_t axis, double low, double high, double margin);

  /// Standard deviation of one coordinate of samples.
  double deviation(std::size_t axis) const;
  /// Is there nothing left to learn: samples no longer differ, or the covariance is numerically
  /// singular (condition above 10^14)?
  bool is_exhausted() const;

 private:
  void decompose();

  Eigen::VectorXd mean_;
  double step_size_;             // σ
  Eigen::MatrixXd covariance_;   // C
  Eigen::VectorXd axis_scales_;  // A of the margin, a diagonal
  Eigen::MatrixXd basis_;        // B: columns are eigenvectors of C
  Eigen::VectorXd deviations_;   // D: roots of the eigenvalues
  Eigen::VectorXd path_sigma_, path_c_;
  std::vector<double> weights_;  // λ, the later ones negative
  std::size_t mu_;
  double mu_eff_, c_1_, c_mu_, c_sigma_, d_sigma_, c_c_, chi_n_;
  std::int64_t generation_ = 0;
};

}  // namespace winnow::search
