#include "searchers/models/objective_models.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "searchers/models/fit_schedule.hpp"
#include "searchers/models/model_history.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::search {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

ObjectiveModels::ObjectiveModels(std::vector<AxisKind> axes, std::size_t objectives,
                                 std::size_t first_fit, int evaluations)
    : axes_(std::move(axes)),
      objectives_(objectives),
      first_fit_(first_fit),
      evaluations_(evaluations) {
  expect(objectives > 0 && first_fit > 0, "an objective, and an outcome before the first fit");
}

void ObjectiveModels::tell(VectorXd row, Losses losses) {
  expect(losses.size() == objectives_, "a loss for each objective");
  rows_.push_back(std::move(row));
  losses_.push_back(std::move(losses));
}

const ObjectiveModels::Fitted& ObjectiveModels::model() const {
  expect(can_model(), "enough outcomes for a model");
  const std::size_t fitted_on = last_fit(first_fit_, losses_.size());
  if (!fitted_ || fitted_->fitted_on != fitted_on) {
    const std::vector<std::size_t> members = foremost(fitted_on);
    fitted_ = Fitted{fitted_on, fitted_on, {}};
    for (std::size_t m = 0; m < objectives_; ++m)
      fitted_->surrogates.push_back(surrogate_of(members, m));
  }
  for (std::size_t& next = fitted_->taken_in; next < losses_.size(); ++next)
    for (std::size_t m = 0; m < objectives_; ++m)
      fitted_->surrogates[m].append(rows_[next], losses_[next][m]);
  return *fitted_;
}

// As told. Of the first `outcomes` those of the first layers of dominance, among equals the newest.
std::vector<std::size_t> ObjectiveModels::foremost(std::size_t outcomes) const {
  std::vector<std::size_t> members(outcomes);
  std::iota(members.rbegin(), members.rend(), std::size_t{0});
  if (outcomes > most_modelled) {
    const std::vector<std::size_t> layers =
        dominance_layers(std::span<const Losses>(losses_).first(outcomes));
    std::stable_sort(members.begin(), members.end(),
                     [&](std::size_t a, std::size_t b) { return layers[a] < layers[b]; });
    members.resize(most_modelled);
  }
  std::sort(members.begin(), members.end());
  return members;
}

Surrogate ObjectiveModels::surrogate_of(const std::vector<std::size_t>& members,
                                        std::size_t objective) const {
  Measured some{MatrixXd(std::ssize(members), std::ssize(axes_)), VectorXd(std::ssize(members))};
  for (Index i = 0; i < some.losses.size(); ++i) {
    const std::size_t member = members[static_cast<std::size_t>(i)];
    some.X.row(i) = rows_[member];
    some.losses[i] = losses_[member][objective];
  }
  return Surrogate(axes_, choose_unwarped_form(axes_, Noise::learnt, some, evaluations_), some);
}

}  // namespace winnow::search
