// Models of a study as functions of its history: fitted at fixed counts of outcomes, on the first
// so many of them and on nothing else; between two fits rows are appended. A replay makes the last
// fit only and comes to the same model, to the last bit. tell() appends: O(d).
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <optional>
#include <vector>

#include "searchers/models/acquisition.hpp"
#include "searchers/models/surrogate.hpp"
#include "searchers/models/target_history.hpp"

namespace winnow::search {

/// Outcomes that a model holds right after a fit; up to 50 more before the next.
inline constexpr std::size_t most_modelled = 250;

class ModelHistory {
 public:
  /// `first_fit`: measured outcomes before the first fit, > 0; a model that is wanted earlier is
  /// fitted at each of them. `evaluations`: see choose_form.
  /// `others`: what other studies measured, rows of d numbers, all of them of `others.others`.
  ModelHistory(std::vector<AxisKind> axes, Noise noise, std::size_t first_fit, int evaluations,
               Measured others = {});

  /// How the trial at `row` ended: with a loss, or failed.
  void tell_loss(Eigen::VectorXd row, double loss);
  void tell_failure(Eigen::VectorXd row);

  bool can_model() const { return losses_.size() >= first_fit_; }
  bool has_failures() const { return has_failures_; }
  std::size_t measured() const { return losses_.size(); }

  struct Fitted {
    std::size_t fitted_on;        // measured outcomes, at the fit
    double left_out_correlation;  // of the fit: does it predict?
    std::size_t taken_in;         // measured outcomes, now
    Surrogate surrogate;
  };
  /// Of all measured outcomes as far as they are `most_modelled`, else of the ones nearest to the
  /// best and all since the last fit; and of other studies'. Valid until the next call of tell or
  /// model. Needs a measured outcome.
  const Fitted& model() const;

  /// Rows (m × d) as the model's process has those of this study: with the axis that tells studies
  /// apart, where there are others.
  Eigen::MatrixXd as_own(const Eigen::MatrixXd& rows) const;

  /// Where trials do not fail. Needs has_failures().
  LogFeasibility feasibility() const;

 private:
  std::vector<AxisKind> process_axes() const;
  std::vector<std::size_t> nearest_to_best(std::size_t outcomes) const;
  Measured measured(const std::vector<std::size_t>& members) const;

  std::vector<AxisKind> axes_;
  Noise noise_;
  std::size_t first_fit_;
  int evaluations_;
  Measured others_;  // its last axis: which study

  std::vector<Eigen::VectorXd> rows_;  // with losses_, as told
  std::vector<double> losses_;
  TargetHistory endings_;  // of LogFeasibility: of what was measured or failed
  bool has_failures_ = false;
  mutable std::optional<Fitted> fitted_;  // a function of what was told, kept between calls
};

}  // namespace winnow::search
