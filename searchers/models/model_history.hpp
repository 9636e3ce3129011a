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

namespace winnow::search {

/// Outcomes that a model holds right after a fit; up to 50 more before the next.
inline constexpr std::size_t most_modelled = 250;

class ModelHistory {
 public:
  /// `first_fit`: measured outcomes before the first fit, > 0. `evaluations`: see choose_form.
  ModelHistory(std::vector<AxisKind> axes, Noise noise, std::size_t first_fit, int evaluations);

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
  /// best and all since the last fit. Valid until the next call of tell or model. Needs
  /// can_model().
  const Fitted& model() const;

  /// Where trials do not fail. Needs has_failures().
  LogFeasibility feasibility() const;

 private:
  struct Ended {
    Eigen::VectorXd row;
    double target;  // of LogFeasibility
  };
  struct FittedFailures {
    std::size_t fitted_on, taken_in;
    double amplitude;
    GaussianProcess process;
  };

  std::vector<std::size_t> nearest_to_best(std::size_t outcomes) const;
  Measured measured(const std::vector<std::size_t>& members) const;
  FittedFailures fitted_failures(std::size_t outcomes) const;

  std::vector<AxisKind> axes_;
  Noise noise_;
  std::size_t first_fit_;
  int evaluations_;

  std::vector<Eigen::VectorXd> rows_;  // with losses_, as told
  std::vector<double> losses_;
  std::vector<Ended> ended_;  // measured or failed, as told
  bool has_failures_ = false;
  // Functions of what was told, kept between calls.
  mutable std::optional<Fitted> fitted_;
  mutable std::optional<FittedFailures> failures_;
};

}  // namespace winnow::search
