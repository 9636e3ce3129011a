#include "searchers/stats/distributions/subset_sums.hpp"

#include <algorithm>
#include <iterator>

#include "searchers/problem/error.hpp"

namespace winnow::stats {
namespace {

// Both ascending, the result too.
std::vector<double> merged_with_raised(const std::vector<double>& sums,
                                       const std::vector<double>& other, double item) {
  std::vector<double> raised(other);
  for (double& value : raised) value += item;
  std::vector<double> both;
  both.reserve(sums.size() + raised.size());
  std::merge(sums.begin(), sums.end(), raised.begin(), raised.end(), std::back_inserter(both));
  return both;
}

std::vector<double> all_sums(std::span<const double> items) {
  std::vector<double> sums{0.0};
  for (double item : items) sums = merged_with_raised(sums, sums, item);
  return sums;
}

// Pairs of one ascending list's and another's element with a sum of at most `limit`.
std::int64_t pairs_up_to(const std::vector<double>& left, const std::vector<double>& right,
                         double limit) {
  std::int64_t count = 0;
  std::size_t fitting = right.size();
  for (double sum : left) {
    while (fitting > 0 && sum + right[fitting - 1] > limit) --fitting;
    if (fitting == 0) break;
    count += static_cast<std::int64_t>(fitting);
  }
  return count;
}

}  // namespace

std::int64_t subsets_up_to(std::span<const double> items, double limit) {
  expect(items.size() <= most_enumerated_items, "too many items to enumerate their subsets");
  const std::size_t half = items.size() / 2;
  return pairs_up_to(all_sums(items.first(half)), all_sums(items.subspan(half)), limit);
}

SizedSubsets::SizedSubsets(std::span<const double> items, std::size_t size) : size_(size) {
  expect(size <= items.size() && items.size() <= most_enumerated_items,
         "too many items to enumerate their subsets");
  const std::size_t half = items.size() / 2;
  left_ = sums_by_size(items.first(half));
  right_ = sums_by_size(items.subspan(half));
}

SizedSubsets::SumsBySize SizedSubsets::sums_by_size(std::span<const double> items) {
  SumsBySize sums(items.size() + 1);
  sums[0] = {0.0};
  for (std::size_t i = 0; i < items.size(); ++i)
    for (std::size_t k = i + 1; k > 0; --k)
      sums[k] = merged_with_raised(sums[k], sums[k - 1], items[i]);
  return sums;
}

std::int64_t SizedSubsets::up_to(double limit) const {
  std::int64_t count = 0;
  for (std::size_t k = 0; k < left_.size(); ++k)
    if (k <= size_ && size_ - k < right_.size())
      count += pairs_up_to(left_[k], right_[size_ - k], limit);
  return count;
}

}  // namespace winnow::stats
