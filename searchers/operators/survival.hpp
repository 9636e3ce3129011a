// Who of a population matters: layers of dominance first, room to themselves second.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "searchers/numerics/dominance.hpp"
#include "searchers/numerics/rng.hpp"

namespace winnow::search {

/// n members, each with its layer (0 is the front) and its crowding distance within that layer.
struct CrowdedRanks {
  std::vector<std::size_t> layers;
  std::vector<double> crowding;
  /// Deb, Pratap, Agarwal, Meyarivan (2002), "A fast and elitist multiobjective genetic algorithm:
  /// NSGA-II", section III B: the crowded-comparison operator.
  bool is_better(std::size_t a, std::size_t b) const {
    return layers[a] != layers[b] ? layers[a] < layers[b] : crowding[a] > crowding[b];
  }
};

CrowdedRanks crowded_ranks(std::span<const Losses> losses);

/// Who goes first when one has to: in the last layer, the member with the least room; of several
/// the latest. Needs a population that is not empty.
std::size_t least_wanted(std::span<const Losses> losses);

/// Indices of the `count` members that matter most: layer by layer, and of the last one that is
/// only partly taken those that dominate most together. All when there are fewer. Needs losses
/// whose volumes are finite.
std::vector<std::size_t> foremost(std::span<const Losses> losses, std::size_t count);

/// The better of two members drawn at random. Needs members.
std::size_t tournament_winner(const CrowdedRanks& ranks, Rng& rng);

}  // namespace winnow::search
