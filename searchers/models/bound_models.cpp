#include "searchers/models/bound_models.hpp"

#include <algorithm>
#include <utility>

namespace winnow::search {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

void BoundModels::tell(const VectorXd& row, std::span<const double> excesses) {
  while (models_.size() < excesses.size())
    models_.emplace_back(axes_, Centre::bilogarithmic, evaluations_);
  for (std::size_t k = 0; k < excesses.size(); ++k) models_[k].tell(row, -excesses[k]);
  const double most = *std::max_element(excesses.begin(), excesses.end());
  if (most >= least_excess_) return;
  least_excess_ = most;
  least_breaking_ = row;
}

std::vector<LogFeasibility> BoundModels::keeping(const MatrixXd& running) const {
  constexpr double mean = 0;  // in units of a process
  std::vector<LogFeasibility> all;
  for (const TargetHistory& model : models_) {
    const TargetHistory::Fitted& fitted = model.model();
    GaussianProcess process = fitted.process;
    for (Index i = 0; i < running.rows(); ++i) process.append(running.row(i), mean);
    all.emplace_back(std::move(process), fitted.in_process(0));
  }
  return all;
}

const VectorXd& BoundModels::lengths() const {
  return models_.at(0).model().process.kernel().scales().lengths;
}

}  // namespace winnow::search
