// Random sets of loss vectors for property tests.
#pragma once

#include <cmath>
#include <vector>

#include "searchers/numerics/dominance.hpp"
#include "searchers/numerics/rng.hpp"

namespace winnow::search {

/// `count` vectors of multiples of 1/8 in [0, 1): ties and doubles occur, and sums are exact.
inline std::vector<Losses> loss_set(std::size_t count, std::size_t objectives,
                                    std::int64_t number) {
  Rng rng(1, number, "loss set");
  std::vector<Losses> losses(count, Losses(objectives));
  for (Losses& each : losses)
    for (double& loss : each) loss = static_cast<double>(rng.below(8)) / 8;
  return losses;
}

}  // namespace winnow::search
