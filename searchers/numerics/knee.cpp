#include "searchers/numerics/knee.hpp"

#include <algorithm>
#include <vector>

#include "searchers/problem/error.hpp"

namespace winnow::search {
namespace {

// Halves, because a difference of two large losses may overflow.
std::vector<Losses> scaled(std::span<const Losses> front) {
  std::vector<Losses> all(front.begin(), front.end());
  for (std::size_t j = 0; j < front[0].size(); ++j) {
    const auto below = [j](const Losses& a, const Losses& b) { return a[j] < b[j]; };
    const auto [best, worst] = std::minmax_element(front.begin(), front.end(), below);
    const double low = (*best)[j] / 2, range = (*worst)[j] / 2 - low;
    for (Losses& losses : all) losses[j] = range > 0 ? (losses[j] / 2 - low) / range : 0;
  }
  return all;
}

double sum(const Losses& losses) {
  double total = 0;
  for (double loss : losses) total += loss;
  return total;
}

double worst(const Losses& losses) { return *std::max_element(losses.begin(), losses.end()); }

}  // namespace

std::size_t knee(std::span<const Losses> front) {
  expect(!front.empty(), "a front that is not empty");
  const std::vector<Losses> all = scaled(front);
  const auto least = [&](auto measure) {
    return std::min_element(all.begin(), all.end(), [&](const Losses& a, const Losses& b) {
      return measure(a) < measure(b);
    });
  };
  // The ends themselves lie on the plane or above it, up to rounding.
  constexpr double on_the_plane = 1 - 1e-9;
  const auto lowest = least(sum);
  const auto answer = sum(*lowest) < on_the_plane ? lowest : least(worst);
  return static_cast<std::size_t>(answer - all.begin());
}

}  // namespace winnow::search
