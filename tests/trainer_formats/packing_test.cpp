#include "trainer/data/packing.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <numeric>
#include <random>

using namespace winnow::train;
using Packs = std::vector<std::vector<std::uint32_t>>;

namespace {

CausalDataset rows_of_lengths(const std::vector<std::size_t>& lengths) {
  std::vector<std::int32_t> tokens;
  std::vector<std::uint64_t> offsets = {0};
  CausalDataset dataset;
  for (const std::size_t length : lengths) {
    for (std::size_t k = 0; k < length; ++k) {
      tokens.push_back(static_cast<std::int32_t>(tokens.size()));
      dataset.learned.push_back(k > 0 && tokens.size() % 3 != 0 ? 1 : 0);
    }
    offsets.push_back(tokens.size());
    dataset.completions.push_back(static_cast<std::int32_t>(length - 1));
  }
  dataset.tokens = {tokens, offsets, std::vector<std::int32_t>(lengths.size(), 0)};
  return dataset;
}

}  // namespace

TEST_CASE("each row goes into the fullest pack that has room for it, the longest first") {
  CHECK(packs_of({3, 7, 2, 6, 1, 4}, 8) == Packs{{1, 4}, {3, 2}, {5, 0}});
  CHECK(packs_of({8, 8}, 8) == Packs{{0}, {1}});
  CHECK(packs_of({}, 8).empty());
  CHECK_THROWS(packs_of({9}, 8));
}

TEST_CASE("every row is in one pack, none is overfull, and few packs are needed") {
  std::mt19937 random(5);
  for (int round = 0; round < 50; ++round) {
    const std::size_t room = 16 + random() % 100;
    std::vector<std::size_t> lengths(1 + random() % 200);
    for (std::size_t& length : lengths) length = 1 + random() % room;
    std::vector<bool> seen(lengths.size(), false);
    const Packs packs = packs_of(lengths, room);
    for (const auto& pack : packs) {
      std::size_t filled = 0;
      for (const std::uint32_t row : pack) {
        CHECK_FALSE(seen[row]);
        seen[row] = true;
        filled += lengths[row];
      }
      CHECK(filled <= room);
    }
    CHECK(std::all_of(seen.begin(), seen.end(), [](bool in) { return in; }));
    // Any packing needs as many as all tokens fill, and one for each row above half a pack.
    const std::size_t total = std::accumulate(lengths.begin(), lengths.end(), std::size_t{0});
    const auto large = std::count_if(lengths.begin(), lengths.end(),
                                     [&](std::size_t length) { return 2 * length > room; });
    const std::size_t fewest = std::max((total + room - 1) / room, static_cast<std::size_t>(large));
    CHECK(9 * packs.size() <= 11 * fewest + 36);
  }
}

TEST_CASE("packed rows keep their tokens and what of them is learned") {
  const CausalDataset dataset = rows_of_lengths({3, 7, 2, 6, 2, 4});
  const PackedRows result = packed(dataset, 8);
  CHECK(result.begins == std::vector<std::uint32_t>{0, 2, 3, 5, 6});
  const std::vector<std::uint32_t> order = {0, 5, 1, 2, 3, 4};
  const auto same = [](auto a, auto b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end());
  };
  REQUIRE(result.rows.tokens.size() == order.size());
  for (std::size_t row = 0; row < order.size(); ++row) {
    CHECK(same(result.rows.tokens.tokens(row), dataset.tokens.tokens(order[row])));
    CHECK(same(result.rows.learned_of(row), dataset.learned_of(order[row])));
    CHECK(result.rows.completions[row] == dataset.completions[order[row]]);
  }
  CHECK(result.rows.targets() == dataset.targets());
}
