// How fine the axes of the unit cube are: the smallest step on each that changes a value.
#pragma once

#include <vector>

#include "searchers/encoding/unit_cube.hpp"

namespace winnow::search {

/// For each coordinate 1/k where its parameter has k values (the mean width of their cells), 0 on a
/// continuum.
std::vector<double> cell_widths(const UnitCube& cube);

}  // namespace winnow::search
