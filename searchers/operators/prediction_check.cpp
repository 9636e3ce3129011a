#include "searchers/operators/prediction_check.hpp"

#include <algorithm>

namespace winnow::search {

void PredictionCheck::tell(std::size_t fitted_on, double correlation) {
  if (fitted_on < least_outcomes || fitted_on <= fitted_on_) return;
  fitted_on_ = fitted_on;
  std::rotate(last_.begin(), last_.begin() + 1, last_.end());
  last_.back() = correlation;
  count_ = std::min(count_ + 1, checks);
}

bool PredictionCheck::predicts() const {
  return count_ < checks ||
         std::any_of(last_.begin(), last_.end(), [](double r) { return r >= least_correlation; });
}

}  // namespace winnow::search
