// Probabilities of the values of several choices at once, moved towards the values of better
// samples by steps whose length adapts to how clear the direction is: what CMA-ES' step size is to
// numbers.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "searchers/numerics/rng.hpp"

namespace winnow::search {

/// Adaptive stochastic natural gradient: Akimoto, Shirakawa, Yoshinari, Uchida, Saito, Nishida
/// (2019), "Adaptive stochastic natural gradient method for one-shot neural architecture search",
/// section 4, with the signal-to-noise ratio α = 1.5 and the margin of Hamano, Saito, Nomura,
/// Uchida, Shirakawa (2024), "CatCMA: stochastic optimization for mixed-category problems",
/// section 4.
class ChoiceAdaptation {
 public:
  /// `probabilities`: of each choice, positive, in any scale, two at least. `margin`: no value's
  /// probability falls below margin / (values − 1).
  ChoiceAdaptation(std::vector<std::vector<double>> probabilities, double margin);

  const std::vector<std::vector<double>>& probabilities() const { return probabilities_; }
  /// A value of each choice.
  std::vector<std::size_t> draw(Rng& rng) const;

  /// `codes`: of better samples, a value of each choice; `weights`: as many, of sum 1.
  void update(std::span<const std::vector<std::size_t>> codes, std::span<const double> weights);

  /// The length of the next step, in the metric of the distributions.
  double step() const { return step_; }

 private:
  double parameters() const;  // how many numbers describe the distributions
  void keep_margin();

  std::vector<std::vector<double>> probabilities_;
  double margin_;
  double step_ = 1;           // δ
  double confidence_ = 0;     // γ: the expected length of the path under noise alone
  std::vector<double> path_;  // s: one number for all values but the last of each choice
};

}  // namespace winnow::search
