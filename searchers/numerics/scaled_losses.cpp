#include "searchers/numerics/scaled_losses.hpp"

#include <algorithm>

#include "searchers/problem/error.hpp"

namespace winnow::search {

std::vector<Losses> scaled_losses(std::span<const Losses> losses, std::span<const Losses> frame) {
  expect(!frame.empty(), "a frame that is not empty");
  std::vector<Losses> all(losses.begin(), losses.end());
  for (std::size_t j = 0; j < frame[0].size(); ++j) {
    const auto less = [j](const Losses& a, const Losses& b) { return a[j] < b[j]; };
    const auto [best, worst] = std::minmax_element(frame.begin(), frame.end(), less);
    // Halves, because a difference of two large losses may overflow.
    const double low = (*best)[j] / 2, range = (*worst)[j] / 2 - low;
    for (Losses& each : all) {
      const double distance = each[j] / 2 - low;
      each[j] = range > 0 ? distance / range : distance;
    }
  }
  return all;
}

}  // namespace winnow::search
