// Probabilities of the values of one choice, moved towards the values of better samples: what a
// normal distribution is to numbers. Baluja (1994), "Population-based incremental learning", for
// more than two values.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "searchers/numerics/rng.hpp"

namespace winnow::search {

class ChoiceDistribution {
 public:
  /// `weights`: positive, in any scale; two at least.
  explicit ChoiceDistribution(std::vector<double> weights);

  const std::vector<double>& probabilities() const { return probabilities_; }
  std::size_t draw(Rng& rng) const;

  /// q ← (1 − rate) q + rate Σ w_i [code i], then none below `least`. `codes`: of better samples,
  /// as many as `weights`, which sum to 1.
  void learn(std::span<const std::size_t> codes, std::span<const double> weights, double rate,
             double least);

 private:
  void normalise();
  std::vector<double> probabilities_;
};

}  // namespace winnow::search
