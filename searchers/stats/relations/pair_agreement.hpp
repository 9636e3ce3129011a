// How many pairs of points agree in the order of their two coordinates? In O(n log n): Knight
// (1966), "A computer method for calculating Kendall's tau with ungrouped data".
#pragma once

#include <cstdint>

#include "searchers/stats/sample.hpp"

namespace winnow::stats {

struct PairAgreement {
  std::int64_t concordant = 0, discordant = 0;
  std::int64_t tied_x = 0, tied_y = 0;  // pairs with equal x, with equal y; both counts hold both
};

/// Needs lists of equal length.
PairAgreement pair_agreement(Values x, Values y);

}  // namespace winnow::stats
