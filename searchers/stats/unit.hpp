// Values in units of a power of two near the largest of them: the squares of 1e-200 are no doubles,
// those of 1.3 units are. Exact, so that results keep every bit where no unit was needed.
#pragma once

#include <vector>

#include "searchers/stats/sample.hpp"

namespace winnow::stats {

/// The power of two above the largest magnitude; 1 where all values are 0. Finite values.
double unit_of(Values values);
std::vector<double> in_units(Values values, double unit);

}  // namespace winnow::stats
