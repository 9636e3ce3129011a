#include "trainer/data/packing.hpp"

#include <algorithm>
#include <numeric>
#include <set>
#include <tuple>
#include <utility>

#include "trainer/errors.hpp"

namespace winnow::train {
namespace {

CausalDataset in_order(const CausalDataset& dataset, const std::vector<std::uint32_t>& order) {
  std::vector<std::int32_t> tokens, labels(order.size(), 0);
  std::vector<std::uint64_t> offsets = {0};
  CausalDataset arranged;
  arranged.end = dataset.end;
  for (const std::uint32_t row : order) {
    const auto ids = dataset.tokens.tokens(row);
    const auto learned = dataset.learned_of(row);
    tokens.insert(tokens.end(), ids.begin(), ids.end());
    arranged.learned.insert(arranged.learned.end(), learned.begin(), learned.end());
    arranged.completions.push_back(dataset.completions[row]);
    offsets.push_back(tokens.size());
  }
  arranged.tokens = {std::move(tokens), std::move(offsets), std::move(labels)};
  return arranged;
}

}  // namespace

std::vector<std::vector<std::uint32_t>> packs_of(const std::vector<std::size_t>& lengths,
                                                 std::size_t room) {
  std::vector<std::uint32_t> order(lengths.size());
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return lengths[a] > lengths[b]; });
  std::vector<std::vector<std::uint32_t>> packs;
  std::set<std::pair<std::size_t, std::size_t>> open;  // room that is left, and the pack with it
  for (const std::uint32_t row : order) {
    expect(lengths[row] <= room, "a row fits into a pack of its own");
    std::size_t left = room, pack = packs.size();
    if (const auto fullest = open.lower_bound({lengths[row], 0}); fullest != open.end()) {
      std::tie(left, pack) = *fullest;
      open.erase(fullest);
    } else {
      packs.emplace_back();
    }
    packs[pack].push_back(row);
    open.emplace(left - lengths[row], pack);
  }
  return packs;
}

PackedRows packed(const CausalDataset& dataset, std::size_t room) {
  std::vector<std::size_t> lengths;
  for (std::size_t row = 0; row < dataset.tokens.size(); ++row) {
    lengths.push_back(dataset.tokens.tokens(row).size());
  }
  std::vector<std::vector<std::uint32_t>> packs = packs_of(lengths, room);
  for (std::vector<std::uint32_t>& pack : packs) std::sort(pack.begin(), pack.end());
  std::sort(packs.begin(), packs.end());
  PackedRows result;
  std::vector<std::uint32_t> order;
  for (const std::vector<std::uint32_t>& pack : packs) {
    result.begins.push_back(static_cast<std::uint32_t>(order.size()));
    order.insert(order.end(), pack.begin(), pack.end());
  }
  result.begins.push_back(static_cast<std::uint32_t>(order.size()));
  result.rows = in_order(dataset, order);
  return result;
}

}  // namespace winnow::train
