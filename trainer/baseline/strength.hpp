// How strongly to penalise a logistic regression, by cross-validation on the training rows alone.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace winnow::train {

struct StrengthScore {
  double penalty = 0.0;
  double accuracy = 0.0;  // share of rows right when left out of the fit
};

struct StrengthChoice {
  double penalty = 0.0;               // the most accurate; of equals the strongest
  std::vector<StrengthScore> scores;  // strongest first
};

/// Five folds (Hastie, Tibshirani, Friedman 2009, "The Elements of Statistical Learning",
/// section 7.10.1) of rows in a fixed shuffled order, penalties 10³, 10², … 10⁻³. features: (n, C)
/// fp64; labels: (n) int64. Needs at least five rows.
StrengthChoice choose_strength(const at::Tensor& features, const at::Tensor& labels,
                               std::int64_t classes);

}  // namespace winnow::train
