#include "searchers/numerics/crowding.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "searchers/numerics/knee.hpp"
#include "searchers/numerics/scaled_losses.hpp"
#include "tests/searchers/loss_sets.hpp"
#include "tests/support/golden.hpp"

using namespace winnow::search;

TEST_CASE("crowding distances are those of another implementation") {
  for (const auto& set : winnow::tests::golden("pareto").at("sets")) {
    const std::vector<double> distances =
        crowding_distances(set.at("front").get<std::vector<Losses>>());
    REQUIRE(distances.size() == set.at("crowding").size());
    for (std::size_t i = 0; i < distances.size(); ++i) {
      const auto& expected = set.at("crowding")[i];
      if (expected.is_string())
        CHECK(std::isinf(distances[i]));
      else
        CHECK(distances[i] == Approx(expected.get<double>()).epsilon(1e-12));
    }
  }
}

TEST_CASE("of equal vectors only one has room") {
  const std::vector<double> distances =
      crowding_distances(std::vector<Losses>{{0, 1}, {0, 1}, {0.5, 0.5}, {1, 0}, {0.5, 0.5}});
  CHECK(std::isinf(distances[0]));
  CHECK(distances[1] == 0);
  CHECK(distances[2] == 2);
  CHECK(std::isinf(distances[3]));
  CHECK(distances[4] == 0);
}

TEST_CASE("crowding survives the largest numbers") {
  const std::vector<double> distances =
      crowding_distances(std::vector<Losses>{{-1.7e308, 1.7e308}, {0, 0}, {1.7e308, -1.7e308}});
  CHECK(distances[1] == 2);
}

TEST_CASE("the knee is where a front bulges most towards the best") {
  CHECK(knee(std::vector<Losses>{{0, 100}, {1, 90}, {2, 20}, {5, 10}, {10, 0}}) == 2);
  // The same seen in other units.
  CHECK(knee(std::vector<Losses>{{0, 1}, {1000, 0.9}, {2000, 0.2}, {5000, 0.1}, {10000, 0}}) == 2);
}

TEST_CASE("a front that bulges the other way is answered with its most balanced member") {
  std::vector<Losses> front;
  for (double x : {0.0, 0.3, 0.6, 0.7, 0.9, 1.0}) front.push_back({x, std::sqrt(1 - x * x)});
  CHECK(knee(front) == 3);  // 0.7, 0.714
  CHECK(knee(std::vector<Losses>{{3, 4}}) == 0);
  CHECK(knee(std::vector<Losses>{{1, 2, 3}, {1, 2, 3}}) == 0);
}

TEST_CASE("scaled losses span 0 to 1 over their frame, whatever their size") {
  const std::vector<Losses> frame = {{-1.7e308, 5}, {1.7e308, 5}};
  const std::vector<Losses> scaled =
      scaled_losses(std::vector<Losses>{{-1.7e308, 5}, {0, 5}, {1.7e308, 9}}, frame);
  CHECK(scaled == std::vector<Losses>{{0, 0}, {0.5, 0}, {1, 2}});
}
