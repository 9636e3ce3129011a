#include "searchers/numerics/dominance.hpp"

#include <algorithm>
#include <memory_resource>
#include <numeric>

#include "searchers/numerics/staircase.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::search {
namespace {

// In lexicographic order nothing is dominated by what comes later, and equal vectors are
// neighbours.
std::vector<std::size_t> lexicographic_order(std::span<const Losses> losses) {
  std::vector<std::size_t> order(losses.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return losses[a] < losses[b]; });
  return order;
}

// The layers found so far as staircases in the second and third objective: among vectors that come
// earlier in the order, and hence are no worse in the first, these two decide.
class StaircaseLayers {
 public:
  std::size_t size() const { return layers_.size(); }
  bool dominate(std::size_t layer, const Losses& losses) const {
    return layers_[layer].covers(second(losses), third(losses));
  }
  void add(std::size_t layer, const Losses& losses) {
    if (layer == layers_.size()) layers_.emplace_back(&memory_);
    layers_[layer].insert(second(losses), third(losses));
  }

 private:
  static double second(const Losses& losses) { return losses.size() > 1 ? losses[1] : 0; }
  static double third(const Losses& losses) { return losses.size() > 2 ? losses[2] : 0; }

  std::pmr::unsynchronized_pool_resource memory_;
  std::vector<Staircase> layers_;
};

// The layers as lists. The latest member is the likeliest to dominate: lists are read backwards.
class ListedLayers {
 public:
  std::size_t size() const { return layers_.size(); }
  bool dominate(std::size_t layer, const Losses& losses) const {
    const std::vector<const Losses*>& members = layers_[layer];
    return std::any_of(members.rbegin(), members.rend(),
                       [&](const Losses* member) { return dominates(*member, losses); });
  }
  void add(std::size_t layer, const Losses& losses) {
    if (layer == layers_.size()) layers_.emplace_back();
    layers_[layer].push_back(&losses);
  }

 private:
  std::vector<std::vector<const Losses*>> layers_;
};

// A vector that layer k dominates is dominated by every layer before it: the first one that does
// not is found by halving.
template <class Layers>
std::vector<std::size_t> layers_by_halving(std::span<const Losses> losses) {
  std::vector<std::size_t> layer_of(losses.size());
  Layers layers;
  const Losses* previous = nullptr;
  std::size_t layer = 0;
  for (std::size_t index : lexicographic_order(losses)) {
    if (!previous || losses[index] != *previous) {
      std::size_t below = 0, above = layers.size();
      while (below < above) {
        const std::size_t middle = (below + above) / 2;
        if (layers.dominate(middle, losses[index]))
          below = middle + 1;
        else
          above = middle;
      }
      layer = below;
      layers.add(layer, losses[index]);
    }
    layer_of[index] = layer;
    previous = &losses[index];
  }
  return layer_of;
}

}  // namespace

bool dominates(std::span<const double> a, std::span<const double> b) {
  expect(a.size() == b.size(), "loss vectors of the same length");
  bool better = false;
  for (std::size_t j = 0; j < a.size(); ++j) {
    if (a[j] > b[j]) return false;
    better = better || a[j] < b[j];
  }
  return better;
}

std::vector<std::size_t> dominance_layers(std::span<const Losses> losses) {
  if (losses.empty()) return {};
  const std::size_t objectives = losses[0].size();
  expect(objectives > 0 && std::all_of(losses.begin(), losses.end(),
                                       [&](const Losses& l) { return l.size() == objectives; }),
         "loss vectors of the same length, at least 1");
  return objectives <= 3 ? layers_by_halving<StaircaseLayers>(losses)
                         : layers_by_halving<ListedLayers>(losses);
}

std::vector<std::size_t> pareto_front(std::span<const Losses> losses) {
  const std::vector<std::size_t> layers = dominance_layers(losses);
  std::vector<std::size_t> front;
  for (std::size_t i = 0; i < layers.size(); ++i)
    if (layers[i] == 0) front.push_back(i);
  return front;
}

}  // namespace winnow::search
