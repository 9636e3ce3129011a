#include "searchers/numerics/dominance.hpp"

#include <catch2/catch.hpp>

#include "tests/searchers/loss_sets.hpp"
#include "tests/support/golden.hpp"

using namespace winnow::search;

namespace {

// Straight from the definition: layer by layer, everything against everything.
std::vector<std::size_t> layers_by_definition(const std::vector<Losses>& losses) {
  std::vector<std::size_t> layer_of(losses.size(), losses.size());
  std::size_t left = losses.size();
  for (std::size_t layer = 0; left > 0; ++layer) {
    std::vector<std::size_t> members;
    for (std::size_t i = 0; i < losses.size(); ++i) {
      if (layer_of[i] < layer) continue;
      bool dominated = false;
      for (std::size_t k = 0; k < losses.size(); ++k)
        dominated = dominated || (layer_of[k] >= layer && dominates(losses[k], losses[i]));
      if (!dominated) members.push_back(i);
    }
    for (std::size_t i : members) layer_of[i] = layer;
    left -= members.size();
  }
  return layer_of;
}

}  // namespace

TEST_CASE("domination needs to be nowhere worse and somewhere better") {
  CHECK(dominates(Losses{1, 2}, Losses{1, 3}));
  CHECK_FALSE(dominates(Losses{1, 2}, Losses{1, 2}));
  CHECK_FALSE(dominates(Losses{1, 2}, Losses{0, 3}));
}

TEST_CASE("layers are those of another implementation") {
  for (const auto& set : winnow::tests::golden("pareto").at("sets")) {
    const auto losses = set.at("losses").get<std::vector<Losses>>();
    CHECK(dominance_layers(losses) == set.at("layers").get<std::vector<std::size_t>>());
  }
}

TEST_CASE("layers agree with their definition in one to six objectives") {
  for (std::size_t objectives = 1; objectives <= 6; ++objectives)
    for (std::int64_t number = 0; number < 20; ++number) {
      INFO(objectives << " objectives, set " << number);
      const std::vector<Losses> losses = loss_set(40, objectives, number);
      CHECK(dominance_layers(losses) == layers_by_definition(losses));
    }
}

TEST_CASE("layers move with their vectors when these are given in another order") {
  for (std::size_t objectives : {2u, 3u, 4u}) {
    const std::vector<Losses> losses = loss_set(60, objectives, 1);
    const std::vector<Losses> backwards(losses.rbegin(), losses.rend());
    std::vector<std::size_t> layers = dominance_layers(backwards);
    std::reverse(layers.begin(), layers.end());
    CHECK(layers == dominance_layers(losses));
  }
}

TEST_CASE("a front holds all equal vectors, and no vectors have no front") {
  const std::vector<Losses> losses = {{1, 2}, {2, 2}, {1, 2}, {3, 1}};
  CHECK(pareto_front(losses) == std::vector<std::size_t>{0, 2, 3});
  CHECK(pareto_front(std::vector<Losses>{}).empty());
}
