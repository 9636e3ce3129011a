#include "searchers/numerics/hypervolume_subset.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "searchers/numerics/hypervolume.hpp"
#include "tests/searchers/loss_sets.hpp"

using namespace winnow::search;

namespace {

// The same choice without any short cut.
std::vector<std::size_t> greedy(const std::vector<Losses>& losses, std::size_t count,
                                const Losses& reference) {
  std::vector<std::size_t> chosen;
  std::vector<Losses> so_far;
  while (chosen.size() < count) {
    std::size_t best = losses.size();
    double most = -1;
    for (std::size_t i = 0; i < losses.size(); ++i) {
      if (std::find(chosen.begin(), chosen.end(), i) != chosen.end()) continue;
      std::vector<Losses> with = so_far;
      with.push_back(losses[i]);
      const double volume = hypervolume(with, reference);
      if (volume <= most) continue;
      most = volume;
      best = i;
    }
    chosen.push_back(best);
    so_far.push_back(losses[best]);
  }
  return chosen;
}

}  // namespace

TEST_CASE("a subset dominates as much as one chosen greedily without short cuts") {
  for (std::size_t objectives : {2u, 3u, 4u})
    for (std::int64_t number = 0; number < 10; ++number) {
      const std::vector<Losses> losses = loss_set(25, objectives, number);
      const Losses reference(objectives, 1);
      std::vector<Losses> expected, found;
      for (std::size_t i : greedy(losses, 6, reference)) expected.push_back(losses[i]);
      for (std::size_t i : hypervolume_subset(losses, 6, reference)) found.push_back(losses[i]);
      CHECK(found.size() == 6);
      CHECK(hypervolume(found, reference) == Approx(hypervolume(expected, reference)));
    }
}

TEST_CASE("no index is chosen twice, and all are chosen where there are few") {
  const std::vector<Losses> losses = {{0, 0}, {0, 0}, {2, 2}};
  std::vector<std::size_t> all = hypervolume_subset(losses, 7, Losses{1, 1});
  std::sort(all.begin(), all.end());
  CHECK(all == std::vector<std::size_t>{0, 1, 2});
  CHECK(hypervolume_subset(losses, 1, Losses{1, 1}) == std::vector<std::size_t>{0});
  CHECK(hypervolume_subset(std::vector<Losses>{}, 2, Losses{1, 1}).empty());
}
