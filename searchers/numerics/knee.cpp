#include "searchers/numerics/knee.hpp"

#include <algorithm>
#include <vector>

#include "searchers/numerics/scaled_losses.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::search {
namespace {

double sum(const Losses& losses) {
  double total = 0;
  for (double loss : losses) total += loss;
  return total;
}

double worst(const Losses& losses) { return *std::max_element(losses.begin(), losses.end()); }

}  // namespace

std::size_t knee(std::span<const Losses> front) {
  expect(!front.empty(), "a front that is not empty");
  const std::vector<Losses> all = scaled_losses(front, front);
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
