// What can be wrong with one parameter looked at alone: its name, range, scale, step, choices and
// default. How parameters depend on each other is checked by SearchSpace.
#pragma once

#include <vector>

#include "searchers/problem/error.hpp"
#include "searchers/problem/parameter.hpp"

namespace winnow {

/// Appends every fault of `parameter` to `faults`; places are "parameters.NAME.KEY". Afterwards a
/// parameter without faults can be given to cardinality, contains, value_at and index_of.
void check_parameter(const Parameter& parameter, std::vector<Fault>& faults);

}  // namespace winnow
