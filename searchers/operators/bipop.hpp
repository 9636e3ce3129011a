// When CMA-ES begins anew: with populations that double, and between them with small ones of small
// steps, so that both kinds spend alike. Hansen (2009), "Benchmarking a BI-population CMA-ES on the
// BBOB-2009 function testbed", section 2.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "searchers/numerics/rng.hpp"

namespace winnow::search {

/// Have the losses of a run stopped changing? `best`: of each generation, in order; `worst`: of the
/// last one. Hansen 2009, section 2.2, TolFun and EqualFunValues, in [0, 1]^dimension.
bool have_settled(std::span<const double> best, double worst, std::size_t dimension,
                  int population);

class BipopSchedule {
 public:
  struct Run {
    int population;
    double step_share;  // of the step size that the first run began with
  };

  explicit BipopSchedule(int first_population) : first_population_(first_population) {}

  /// Trials that the present run has spent. Those of the first run count for neither regime.
  void spend(std::int64_t trials);
  /// The next run: of the regime that has spent less, the large one among equals.
  Run next(Rng& rng);

 private:
  enum class Regime { first, large, small };
  int first_population_;
  Regime regime_ = Regime::first;
  int doublings_ = 0;
  std::int64_t large_spent_ = 0, small_spent_ = 0;
};

}  // namespace winnow::search
