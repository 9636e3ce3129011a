// Models of several objectives as functions of the history: one for each objective, over the same
// points, fitted at fixed counts of outcomes (fit_schedule.hpp). tell() appends: O(d).
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <optional>
#include <vector>

#include "searchers/models/surrogate.hpp"
#include "searchers/numerics/dominance.hpp"

namespace winnow::search {

class ObjectiveModels {
 public:
  /// `first_fit`: outcomes before the first fit, > 0. `evaluations`: see choose_unwarped_form.
  ObjectiveModels(std::vector<AxisKind> axes, std::size_t objectives, std::size_t first_fit,
                  int evaluations);

  /// A measured trial: a finite loss for each objective.
  void tell(Eigen::VectorXd row, Losses losses);

  std::size_t measured() const { return losses_.size(); }
  bool can_model() const { return losses_.size() >= first_fit_; }

  struct Fitted {
    std::size_t fitted_on;  // outcomes, at the fit
    std::size_t taken_in;   // outcomes, now
    std::vector<Surrogate> surrogates;
  };
  /// Of all outcomes as far as they are `most_modelled` (model_history.hpp), else of the front and
  /// the layers next to it, and of all since the last fit. Valid until the next call of tell or
  /// model. Needs can_model().
  const Fitted& model() const;

 private:
  std::vector<std::size_t> foremost(std::size_t outcomes) const;
  Surrogate surrogate_of(const std::vector<std::size_t>& members, std::size_t objective) const;

  std::vector<AxisKind> axes_;
  std::size_t objectives_, first_fit_;
  int evaluations_;
  std::vector<Eigen::VectorXd> rows_;
  std::vector<Losses> losses_;
  mutable std::optional<Fitted> fitted_;  // a function of what was told
};

}  // namespace winnow::search
