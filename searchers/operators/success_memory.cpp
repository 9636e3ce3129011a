#include "searchers/operators/success_memory.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace winnow::search {
namespace {

constexpr std::size_t cell_count = 6;
constexpr double spread = 0.1;

double cauchy(Rng& rng) { return std::tan(std::numbers::pi * (rng.uniform() - 0.5)); }

}  // namespace

SuccessMemory::SuccessMemory() : cells_(cell_count, Cell{0.5, 0.5}) {}

DifferentialControl SuccessMemory::draw(Rng& rng) const {
  const Cell& cell = cells_[static_cast<std::size_t>(rng.below(cells_.size()))];
  const double rate =
      cell.rate_is_terminal ? 0 : std::clamp(cell.rate + spread * rng.normal(), 0.0, 1.0);
  double factor = 0;
  while (factor <= 0) factor = cell.factor + spread * cauchy(rng);
  return {std::min(factor, 1.0), rate};
}

void SuccessMemory::add_success(const DifferentialControl& control, double gain) {
  successes_.push_back({control, gain});
}

void SuccessMemory::end_generation() {
  if (successes_.empty()) return;
  // Gains are weights: relative to the largest one, so that none of them overflows a sum.
  double largest_gain = 0, highest_rate = 0;
  for (const auto& [control, gain] : successes_) {
    largest_gain = std::max(largest_gain, gain);
    highest_rate = std::max(highest_rate, control.rate);
  }
  double factors = 0, squared_factors = 0, rates = 0, squared_rates = 0;
  for (const auto& [control, gain] : successes_) {
    const double weight = gain / largest_gain;
    factors += weight * control.factor;
    squared_factors += weight * control.factor * control.factor;
    rates += weight * control.rate;
    squared_rates += weight * control.rate * control.rate;
  }
  Cell& cell = cells_[next_cell_];
  cell.factor = squared_factors / factors;  // weighted Lehmer mean, equation (7)
  cell.rate_is_terminal |= highest_rate == 0;
  cell.rate = rates > 0 ? squared_rates / rates : 0;
  next_cell_ = (next_cell_ + 1) % cells_.size();
  successes_.clear();
}

}  // namespace winnow::search
