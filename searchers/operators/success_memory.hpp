// Step factor and crossover rate of differential evolution, learnt from the children that were
// better than their parents.
#pragma once

#include <vector>

#include "searchers/numerics/rng.hpp"

namespace winnow::search {

/// What one child is made with.
struct DifferentialControl {
  double factor;  // F in (0, 1]
  double rate;    // CR in [0, 1]
};

/// The historical memory of L-SHADE. Tanabe, Fukunaga (2014), "Improving the search performance of
/// SHADE using linear population size reduction", sections II.C and II.D; H = 6 as in its table I.
class SuccessMemory {
 public:
  SuccessMemory();

  /// Of a cell chosen at random: F from Cauchy(M_F, 0.1), again while not positive, at most 1; CR
  /// from normal(M_CR, 0.1), cut to [0, 1].
  DifferentialControl draw(Rng& rng) const;

  /// A child made with `control` was better than its parent by `gain` > 0.
  void add_success(const DifferentialControl& control, double gain);

  /// Moves the successes since the last call into the next cell; without any, nothing changes.
  void end_generation();

 private:
  struct Cell {
    double factor, rate;
    bool rate_is_terminal = false;  // once every success had CR = 0, it stays 0
  };
  struct Success {
    DifferentialControl control;
    double gain;
  };

  std::vector<Cell> cells_;
  std::size_t next_cell_ = 0;
  std::vector<Success> successes_;
};

}  // namespace winnow::search
