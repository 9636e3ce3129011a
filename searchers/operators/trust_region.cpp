#include "searchers/operators/trust_region.hpp"

#include <algorithm>
#include <cmath>

namespace winnow::search {
namespace {

constexpr double first_side = 0.8, longest_side = 1.6, shortest_side = 0x1p-7;
constexpr int enough_successes = 3;
constexpr std::size_t least_failures = 4;
constexpr double success_part = 1e-3;  // of the best loss's size

}  // namespace

TrustRegion::TrustRegion(std::size_t dimension)
    : most_failures_(static_cast<int>(std::max(least_failures, dimension))), side_(first_side) {}

void TrustRegion::tell(double loss) {
  const bool is_first = std::isinf(best_);
  const bool is_success = is_first || loss < best_ - success_part * std::abs(best_);
  best_ = std::min(best_, loss);
  if (is_first) return;
  successes_ = is_success ? successes_ + 1 : 0;
  failures_ = is_success ? 0 : failures_ + 1;
  if (successes_ == enough_successes) {
    side_ = std::min(2 * side_, longest_side);
    successes_ = 0;
  }
  if (failures_ == most_failures_) {
    side_ /= 2;
    failures_ = 0;
  }
  if (side_ >= shortest_side) return;
  side_ = first_side;
  ++collapses_;
}

}  // namespace winnow::search
