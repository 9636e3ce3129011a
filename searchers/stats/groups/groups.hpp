// Several groups of values, and tables with a row for each block (seed, fold, task) and a column
// for each arm: are they fit for use?
#pragma once

#include <span>
#include <vector>

#include "searchers/stats/sample.hpp"

namespace winnow::stats {

using Groups = std::span<const std::vector<double>>;
/// n × k: a row is a block, a column an arm.
using Blocks = std::span<const std::vector<double>>;

/// Fewer than two groups, fewer than `needed` values in one, a value that cannot be used.
std::optional<Refusal> fault_of_groups(Groups groups, std::int64_t needed);
/// Fewer than two blocks or two arms, rows of unequal length, a value that cannot be used.
std::optional<Refusal> fault_of_blocks(Blocks blocks);

/// All values, group after group.
std::vector<double> joined(Groups groups);

}  // namespace winnow::stats
