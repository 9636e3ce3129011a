#include "searchers/operators/local_step.hpp"

#include <algorithm>
#include <cmath>

namespace winnow::search {
namespace {

double mirrored(double u) {
  const double folded = std::fmod(std::abs(u), 2.0);
  return folded > 1 ? 2 - folded : folded;
}

double moved(double u, double cell_width, double reach, Rng& rng) {
  const double normal = rng.normal();
  double step = reach * normal;
  if (std::abs(step) < cell_width) step = std::copysign(cell_width, normal);
  return mirrored(u + step);
}

}  // namespace

std::vector<double> neighbour(std::span<const double> genome, const Axes& axes, double share,
                              double reach, Rng& rng) {
  std::vector<double> next(genome.begin(), genome.end());
  if (next.empty()) return next;
  const std::size_t chosen = static_cast<std::size_t>(rng.below(next.size()));
  for (std::size_t j = 0; j < next.size(); ++j) {
    if (rng.uniform() >= share && j != chosen) continue;
    next[j] = axes.unordered[j] ? rng.uniform() : moved(next[j], axes.cell_widths[j], reach, rng);
  }
  return next;
}

bool accepts(const Standing& present, const Standing& proposed, double temperature, Rng& rng) {
  if (proposed <= present) return true;
  if (proposed.tier != present.tier) return false;
  return rng.uniform() < std::exp((present.loss - proposed.loss) / temperature);
}

}  // namespace winnow::search
