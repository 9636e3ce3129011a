#include "searchers/operators/survival.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

using namespace winnow::search;

namespace {

//   0 and 1, 2, 3 are the front; 4 and 5 the layer behind it
const std::vector<Losses> population = {{0, 10}, {2, 6}, {3, 5}, {10, 0}, {4, 8}, {9, 7}};

}  // namespace

TEST_CASE("members are ranked by layer, within a layer by their room") {
  const CrowdedRanks ranks = crowded_ranks(population);
  CHECK(ranks.layers == std::vector<std::size_t>{0, 0, 0, 0, 1, 1});
  CHECK(ranks.crowding[1] == Approx(3.0 / 10 + 5.0 / 10));
  CHECK(ranks.crowding[2] == Approx(8.0 / 10 + 6.0 / 10));
  CHECK(std::isinf(ranks.crowding[4]));
  CHECK(ranks.is_better(2, 1));
  CHECK(ranks.is_better(1, 4));
  CHECK_FALSE(ranks.is_better(0, 3));
  CHECK(crowded_ranks(std::vector<Losses>{}).layers.empty());
}

TEST_CASE("who goes first is of the last layer, and in a single one the most crowded") {
  CHECK(least_wanted(population) == 5);
  const std::vector<Losses> front(population.begin(), population.begin() + 4);
  CHECK(least_wanted(front) == 1);
  CHECK(least_wanted(std::vector<Losses>{{1, 2}, {1, 2}, {3, 1}, {1, 2}}) == 3);  // the latest copy
}

TEST_CASE("the foremost are whole layers, then those of the next that dominate most together") {
  CHECK(foremost(population, 1) == std::vector<std::size_t>{2});
  std::vector<std::size_t> five = foremost(population, 5);
  REQUIRE(five.size() == 5);
  std::sort(five.begin(), five.begin() + 4);
  CHECK(std::vector<std::size_t>(five.begin(), five.begin() + 4) ==
        std::vector<std::size_t>{0, 1, 2, 3});
  CHECK(five[4] >= 4);
  CHECK(foremost(population, 9).size() == 6);
  CHECK(foremost(std::vector<Losses>{}, 3).empty());
}

TEST_CASE("a tournament is won by the better of two, and everyone may enter") {
  const CrowdedRanks ranks = crowded_ranks(population);
  Rng rng(1, 0, "tournament");
  std::vector<int> wins(population.size());
  for (int i = 0; i < 3600; ++i) ++wins[tournament_winner(ranks, rng)];
  // Nothing beats 0 and 3: each wins the 36 pairs it is in but those against the other and itself.
  CHECK(wins[0] + wins[3] == Approx(3600 * (1 - 16.0 / 36)).epsilon(0.1));
  CHECK(wins[4] + wins[5] == Approx(3600 * 4.0 / 36).epsilon(0.2));
}
