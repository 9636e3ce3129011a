#include "searchers/stats/relations/pair_agreement.hpp"

#include <algorithm>
#include <utility>

namespace winnow::stats {
namespace {

using Point = std::pair<double, double>;

// Sorts by merging and counts the pairs that had to change places.
std::int64_t sort_counting_swaps(std::vector<double>& values) {
  std::int64_t swaps = 0;
  std::vector<double> merged(values.size());
  for (std::size_t width = 1; width < values.size(); width *= 2) {
    for (std::size_t begin = 0; begin < values.size(); begin += 2 * width) {
      const std::size_t middle = std::min(begin + width, values.size());
      const std::size_t end = std::min(begin + 2 * width, values.size());
      std::size_t left = begin, right = middle;
      for (std::size_t place = begin; place < end; ++place) {
        const bool takes_right = left == middle || (right < end && values[right] < values[left]);
        if (takes_right) swaps += static_cast<std::int64_t>(middle - left);
        merged[place] = takes_right ? values[right++] : values[left++];
      }
    }
    values.swap(merged);
  }
  return swaps;
}

// Pairs of equal neighbours in an ordered list, by what `same` says of two of them.
template <class Item, class Same>
std::int64_t tied_pairs(const std::vector<Item>& ordered, const Same& same) {
  std::int64_t pairs = 0, run = 0;
  for (std::size_t i = 1; i < ordered.size(); ++i) {
    run = same(ordered[i - 1], ordered[i]) ? run + 1 : 0;
    pairs += run;
  }
  return pairs;
}

}  // namespace

PairAgreement pair_agreement(Values x, Values y) {
  expect(x.size() == y.size(), "points have two coordinates");
  std::vector<Point> points;
  for (std::size_t i = 0; i < x.size(); ++i) points.emplace_back(x[i], y[i]);
  std::sort(points.begin(), points.end());
  std::vector<double> y_in_order_of_x;
  for (const Point& point : points) y_in_order_of_x.push_back(point.second);

  PairAgreement result;
  result.tied_x =
      tied_pairs(points, [](const Point& a, const Point& b) { return a.first == b.first; });
  const std::int64_t tied_both =
      tied_pairs(points, [](const Point& a, const Point& b) { return a == b; });
  result.discordant = sort_counting_swaps(y_in_order_of_x);
  result.tied_y = tied_pairs(y_in_order_of_x, [](double a, double b) { return a == b; });
  const auto n = static_cast<std::int64_t>(points.size());
  result.concordant =
      n * (n - 1) / 2 - result.tied_x - result.tied_y + tied_both - result.discordant;
  return result;
}

}  // namespace winnow::stats
