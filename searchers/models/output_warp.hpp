// Losses in a form that a Gaussian process can believe: mean 0, variance 1, differences among good
// losses not drowned by those among bad ones, and no single loss so bad that it decides everything.
#pragma once

#include <Eigen/Core>

namespace winnow::search {

/// Monotone: a smaller loss is a smaller target. With u = (loss − best) / (median − best):
/// linear u; log ln(1 + u/c), which stretches the good end the more, the smaller c is.
struct WarpForm {
  enum class Shape { linear, log } shape = Shape::linear;
  double c = 1;  // of log
};

class OutputWarp {
 public:
  /// For finite `losses` (n > 0) of any size.
  OutputWarp(WarpForm form, const Eigen::VectorXd& losses);

  /// The targets of those losses: n, mean 0, variance 1; all 0 where the losses are all alike.
  const Eigen::VectorXd& targets() const { return targets_; }
  /// Σ ln d target / d loss over those losses, up to a number that is the same for every form: what
  /// makes the likelihoods of two forms comparable.
  double log_slopes() const { return log_slopes_; }

 private:
  Eigen::VectorXd targets_;
  double log_slopes_ = 0;
};

}  // namespace winnow::search
