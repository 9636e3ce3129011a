#include "searchers/stats/groups/groups.hpp"

#include <fmt/format.h>

namespace winnow::stats {

std::optional<Refusal> fault_of_groups(Groups groups, std::int64_t needed) {
  if (groups.size() < 2)
    return Refusal{Cause::too_few, fmt::format("{} groups: 2 or more are needed", groups.size()),
                   2};
  for (std::size_t i = 0; i < groups.size(); ++i)
    if (auto fault = fault_of(groups[i], needed, fmt::format("values of group {}", i + 1)))
      return fault;
  return std::nullopt;
}

std::optional<Refusal> fault_of_blocks(Blocks blocks) {
  if (blocks.size() < 2) {
    return Refusal{Cause::too_few, fmt::format("{} blocks: 2 or more are needed", blocks.size()),
                   2};
  }
  if (blocks[0].size() < 2) {
    return Refusal{Cause::too_few, fmt::format("{} arms: 2 or more are needed", blocks[0].size()),
                   2};
  }
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    if (blocks[i].size() != blocks[0].size()) {
      return Refusal{
          Cause::unequal,
          fmt::format("block {} has {} values, block 1 has {}: leave out blocks in which "
                      "an arm failed, and say so",
                      i + 1, blocks[i].size(), blocks[0].size())};
    }
    if (auto fault = fault_of(blocks[i], 0, fmt::format("values of block {}", i + 1))) return fault;
  }
  return std::nullopt;
}

std::vector<double> joined(Groups groups) {
  std::vector<double> all;
  for (const std::vector<double>& group : groups) all.insert(all.end(), group.begin(), group.end());
  return all;
}

}  // namespace winnow::stats
