// A model of a study's losses: which warp of the losses, which kernel, which hyperparameters,
// chosen by the evidence; then a Gaussian process that takes in further losses without being fitted
// again.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "searchers/models/gaussian_process_fit.hpp"
#include "searchers/models/output_warp.hpp"

namespace winnow::search {

/// Losses measured at rows of X (n × d); a row that comes twice is a replicate. `others`: how many
/// of the first rows are of each other study, whose losses compare with no others; the last axis,
/// nominal, then says of which study a row is: 0 of this one, which has the last rows, one at
/// least.
struct Measured {
  Eigen::MatrixXd X;
  Eigen::VectorXd losses;
  std::vector<Eigen::Index> others = {};
};

/// What a fit decides.
struct SurrogateForm {
  WarpForm warp;
  Smoothness smoothness;
  Hyperparameters at;
};

/// The form that makes `measured` most probable (likelihood in the units of the losses, times the
/// prior). Several forms are tried from the prior's mode, three or four of them are fitted with up
/// to `evaluations` of the likelihood each. Needs a measurement. Other studies are warped each by
/// its own losses, and how alike they are to this one is what the last axis's length scale says:
/// the task kernel of Bonilla, Chai, Williams (2007), "Multi-task Gaussian process prediction",
/// with one correlation.
SurrogateForm choose_form(const std::vector<AxisKind>& axes, Noise noise, const Measured& measured,
                          int evaluations);

/// The same without a warp, for losses whose differences mean what they say: volumes made of them
/// do.
SurrogateForm choose_unwarped_form(const std::vector<AxisKind>& axes, Noise noise,
                                   const Measured& measured, int evaluations);

class Surrogate {
 public:
  Surrogate(const std::vector<AxisKind>& axes, SurrogateForm form, const Measured& measured);

  /// One more measurement of this study: an appended row, O(n²).
  void append(const Eigen::VectorXd& row, double loss);

  const SurrogateForm& form() const { return form_; }
  /// Of the warped losses.
  const GaussianProcess& process() const { return process_; }
  /// The process's first rows are other studies': so many.
  Eigen::Index others() const { return others_; }
  /// This study's measured points of the lowest expected targets, best first: at most `most` × d.
  Eigen::MatrixXd best_rows(Eigen::Index most) const;
  /// Spearman's rank correlation between what is expected at each point of this study from all
  /// others and what was measured there: does the model predict? 0 for fewer than three points.
  double left_out_correlation() const;

 private:
  Eigen::VectorXd grouped_targets() const;

  SurrogateForm form_;
  std::vector<Eigen::Index> studies_;  // of Measured
  std::vector<Eigen::Index> group_;    // of each loss: its row in the process
  std::vector<double> losses_;
  GaussianProcess process_;
  Eigen::Index others_;
};

}  // namespace winnow::search
