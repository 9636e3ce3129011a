#include "searchers/numerics/crowding.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <numeric>

namespace winnow::search {
namespace {

// The first of each group of equal vectors. A later one would share its neighbour's place, and the
// ends of an objective would keep every copy.
std::vector<std::size_t> distinct(std::span<const Losses> front) {
  std::vector<std::size_t> order(front.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return front[a] < front[b]; });
  const auto last = std::unique(order.begin(), order.end(),
                                [&](std::size_t a, std::size_t b) { return front[a] == front[b]; });
  order.erase(last, order.end());
  return order;
}

}  // namespace

std::vector<double> crowding_distances(std::span<const Losses> front) {
  std::vector<double> distances(front.size(), 0);
  if (front.empty()) return distances;
  std::vector<std::size_t> order = distinct(front);
  for (std::size_t j = 0; j < front[0].size(); ++j) {
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return front[a][j] < front[b][j]; });
    // Halves, because a difference of two large losses may overflow.
    const auto half = [&](std::size_t place) { return front[order[place]][j] / 2; };
    const std::size_t end = order.size() - 1;
    const double range = half(end) - half(0);
    distances[order[0]] = distances[order[end]] = std::numeric_limits<double>::infinity();
    if (range == 0) continue;
    for (std::size_t place = 1; place < end; ++place)
      distances[order[place]] += (half(place + 1) - half(place - 1)) / range;
  }
  return distances;
}

}  // namespace winnow::search
