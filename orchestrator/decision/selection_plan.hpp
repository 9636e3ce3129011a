// How many fresh seeds a proof needs: for a requested power, and to be able to prove anything at
// all. To be asked before trials are spent.
#pragma once

#include "searchers/problem/selection.hpp"
#include "searchers/stats/answer.hpp"

namespace winnow::run {

/// The smallest number of seeds with the power of `selection.power`, at the level that the claim is
/// tested at: α shared by all finalists. Refused: no number has it, or none can be told for the
/// test. Needs: a power is requested.
stats::Answer<std::int64_t> seeds_needed(const SelectionSpec& selection);

/// The power that `selection.seeds` have for the requested effect. Needs and refuses the same.
stats::Answer<double> power_reached(const SelectionSpec& selection);

/// Why no result with `selection.seeds` could be an improvement; nothing: one could.
std::optional<stats::Refusal> impossible(const SelectionSpec& selection);

}  // namespace winnow::run
