// Does a model of the outcomes predict? A method that models notes in its memos how well its last
// fit predicts each outcome from all others; whoever runs it beside other methods follows that.
//
// Source: Jones, Schonlau, Welch (1998), "Efficient global optimization of expensive black-box
// functions", section 4: a model is used where its cross-validation is sound. The bounds are ours.
#pragma once

#include <array>
#include <cstddef>

namespace winnow::search {

class PredictionCheck {
 public:
  static constexpr double least_correlation = 0.2;
  static constexpr std::size_t checks = 3;
  /// Fits on fewer outcomes say nothing: without any relation a rank correlation of 26 pairs has a
  /// standard deviation of 1/√25, the bound itself.
  static constexpr std::size_t least_outcomes = 26;

  /// A fit on so many outcomes, whose left-out predictions have this rank correlation with what was
  /// measured. The same fit again, or an older one, changes nothing.
  void tell(std::size_t fitted_on, double correlation);

  /// Yes, until the last `checks` fits all stayed below `least_correlation`.
  bool predicts() const;
  /// Of those fits, the newest one last. Needs !predicts().
  const std::array<double, checks>& correlations() const { return last_; }

 private:
  std::array<double, checks> last_{};
  std::size_t count_ = 0;
  std::size_t fitted_on_ = 0;
};

}  // namespace winnow::search
