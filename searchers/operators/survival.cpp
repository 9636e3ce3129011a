#include "searchers/operators/survival.hpp"

#include <algorithm>

#include "searchers/numerics/crowding.hpp"
#include "searchers/numerics/hypervolume.hpp"
#include "searchers/numerics/hypervolume_subset.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::search {
namespace {

// Members of one layer, ascending.
struct Layer {
  std::vector<std::size_t> members;
  std::vector<Losses> losses;
};

Layer layer_of(std::span<const Losses> losses, const std::vector<std::size_t>& layers,
               std::size_t wanted) {
  Layer layer;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (layers[i] != wanted) continue;
    layer.members.push_back(i);
    layer.losses.push_back(losses[i]);
  }
  return layer;
}

}  // namespace

CrowdedRanks crowded_ranks(std::span<const Losses> losses) {
  CrowdedRanks ranks{dominance_layers(losses), std::vector<double>(losses.size())};
  if (losses.empty()) return ranks;
  const std::size_t last = *std::max_element(ranks.layers.begin(), ranks.layers.end());
  for (std::size_t k = 0; k <= last; ++k) {
    const Layer layer = layer_of(losses, ranks.layers, k);
    const std::vector<double> crowding = crowding_distances(layer.losses);
    for (std::size_t i = 0; i < crowding.size(); ++i)
      ranks.crowding[layer.members[i]] = crowding[i];
  }
  return ranks;
}

std::size_t least_wanted(std::span<const Losses> losses) {
  expect(!losses.empty(), "a population that is not empty");
  const std::vector<std::size_t> layers = dominance_layers(losses);
  const std::size_t last = *std::max_element(layers.begin(), layers.end());
  const Layer layer = layer_of(losses, layers, last);
  const std::vector<double> crowding = crowding_distances(layer.losses);
  const auto least = std::min_element(crowding.rbegin(), crowding.rend());
  return layer.members[static_cast<std::size_t>(crowding.rend() - least) - 1];
}

std::vector<std::size_t> foremost(std::span<const Losses> losses, std::size_t count) {
  const std::vector<std::size_t> layers = dominance_layers(losses);
  std::vector<std::size_t> chosen;
  for (std::size_t layer = 0; chosen.size() < std::min(count, losses.size()); ++layer) {
    const Layer next = layer_of(losses, layers, layer);
    const Losses reference = reference_behind(next.losses);
    for (std::size_t k : hypervolume_subset(next.losses, count - chosen.size(), reference))
      chosen.push_back(next.members[k]);
  }
  return chosen;
}

std::size_t tournament_winner(const CrowdedRanks& ranks, Rng& rng) {
  const std::size_t a = static_cast<std::size_t>(rng.below(ranks.layers.size()));
  const std::size_t b = static_cast<std::size_t>(rng.below(ranks.layers.size()));
  return ranks.is_better(b, a) ? b : a;
}

}  // namespace winnow::search
