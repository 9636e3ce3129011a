#include "searchers/stats/order_of_pairs.hpp"

#include <algorithm>
#include <cmath>

#include "searchers/problem/error.hpp"

namespace winnow::stats {
namespace {

std::int64_t whole(std::size_t count) { return static_cast<std::int64_t>(count); }

// Pairs i ≤ j with (x_i + x_j)/2 ≤ limit.
std::int64_t averages_up_to(const std::vector<double>& x, double limit) {
  std::int64_t count = 0;
  std::size_t fitting = x.size();  // x[i] + x[j] ≤ 2 limit for j < fitting
  for (std::size_t i = 0; i < x.size(); ++i) {
    while (fitting > i && x[i] / 2 + x[fitting - 1] / 2 > limit) --fitting;
    if (fitting <= i) break;
    count += whole(fitting - i);
  }
  return count;
}

// Pairs with x_i − y_j ≤ limit.
std::int64_t differences_up_to(const std::vector<double>& x, const std::vector<double>& y,
                               double limit) {
  std::int64_t count = 0;
  std::size_t failing = 0;  // x[i] − y[j] > limit for j < failing
  for (double value : x) {
    while (failing < y.size() && value - y[failing] > limit) ++failing;
    count += whole(y.size() - failing);
  }
  return count;
}

// The least double at which a count reaches k, between two that bracket it. Near zero the doubles
// are too dense to go on to the last one: 2^-60 of the bracket is below any rounding of the data.
template <class Count>
double least_reaching(double low, double high, std::int64_t k, const Count& count_up_to) {
  if (count_up_to(low) >= k) return low;
  const double resolution = 0x1p-60 * (high - low);
  while (high - low > resolution) {
    const double middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) break;
    (count_up_to(middle) >= k ? high : low) = middle;
  }
  return high;
}

}  // namespace

double kth_pair_average(const std::vector<double>& ascending, std::int64_t k) {
  const std::int64_t n = whole(ascending.size());
  expect(k >= 1 && k <= n * (n + 1) / 2, "a place among the pairs");
  return least_reaching(ascending.front(), ascending.back(), k,
                        [&](double limit) { return averages_up_to(ascending, limit); });
}

double kth_difference(const std::vector<double>& first, const std::vector<double>& second,
                      std::int64_t k) {
  expect(k >= 1 && k <= whole(first.size()) * whole(second.size()), "a place among the pairs");
  return least_reaching(first.front() - second.back(), first.back() - second.front(), k,
                        [&](double limit) { return differences_up_to(first, second, limit); });
}

double median_pair_average(const std::vector<double>& ascending) {
  const std::int64_t n = whole(ascending.size()), pairs = n * (n + 1) / 2;
  const double upper = kth_pair_average(ascending, pairs / 2 + 1);
  return pairs % 2 == 1 ? upper : (kth_pair_average(ascending, pairs / 2) + upper) / 2;
}

double median_difference(const std::vector<double>& first, const std::vector<double>& second) {
  const std::int64_t pairs = whole(first.size()) * whole(second.size());
  const double upper = kth_difference(first, second, pairs / 2 + 1);
  return pairs % 2 == 1 ? upper : (kth_difference(first, second, pairs / 2) + upper) / 2;
}

PairOrder order_between(const std::vector<double>& first, const std::vector<double>& second) {
  PairOrder order;
  std::size_t below = 0,
              up_to = 0;  // x < y[j] for the first `below` of first; x ≤ y[j] up to `up_to`
  for (double value : second) {
    while (below < first.size() && first[below] < value) ++below;
    while (up_to < first.size() && first[up_to] <= value) ++up_to;
    order.below += whole(below);
    order.equal += whole(up_to - below);
  }
  return order;
}

}  // namespace winnow::stats
