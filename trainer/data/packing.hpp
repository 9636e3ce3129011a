// Short rows put together, so that every row of a batch holds about as many tokens. Rows stay rows:
// each has places of its own and sees nothing of its neighbours.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "trainer/data/causal_rows.hpp"

namespace winnow::train {

/// Numbers of the rows in each pack. The longest rows go first, each into the fullest pack that
/// still has room for it: best fit decreasing, which needs at most 11/9 of the fewest packs and
/// four (Johnson, Demers, Ullman, Garey, Graham 1974, "Worst-Case Performance Bounds for Simple
/// One-Dimensional Packing Algorithms"; for texts: Ding et al. 2024, "Fewer Truncations Improve
/// Language Modeling"). Follows from the lengths alone. Needs lengths of at most `room`.
std::vector<std::vector<std::uint32_t>> packs_of(const std::vector<std::size_t>& lengths,
                                                 std::size_t room);

struct PackedRows {
  CausalDataset rows;  // in the order of the packs
  /// Where each pack begins among the rows; the last entry is their number.
  std::vector<std::uint32_t> begins;
};

/// Packs of at most `room` tokens, in the order of their first rows in the dataset.
PackedRows packed(const CausalDataset& dataset, std::size_t room);

}  // namespace winnow::train
