#include "searchers/operators/simulated_binary.hpp"

#include <algorithm>
#include <cmath>

#include "searchers/problem/error.hpp"

namespace winnow::search {
namespace {

// How many times as far apart as their parents the children are, where a child may be at most
// `most` times as far.
double spread(double most, double eta, double u) {
  const double mass = 2 - std::pow(most, -(eta + 1));
  const double scaled = u * mass;
  return std::pow(scaled <= 1 ? scaled : 1 / (2 - scaled), 1 / (eta + 1));
}

}  // namespace

std::pair<double, double> simulated_binary_children(double a, double b, double eta, double u) {
  expect(0 <= a && a < b && b <= 1, "two different numbers of [0, 1], ascending");
  const double middle = (a + b) / 2, half = (b - a) / 2;
  const double low = middle - half * spread(1 + a / half, eta, u);
  const double high = middle + half * spread(1 + (1 - b) / half, eta, u);
  return {std::max(0.0, low), std::min(1.0, high)};  // against rounding only
}

double polynomial_mutant(double x, double eta, double u) {
  const double power = eta + 1;
  // The distance to the bound on the side of the move is the farthest it may go.
  const double moved =
      u < 0.5 ? x + std::pow(2 * u + (1 - 2 * u) * std::pow(1 - x, power), 1 / power) - 1
              : x + 1 - std::pow(2 * (1 - u) + (2 * u - 1) * std::pow(x, power), 1 / power);
  return std::clamp(moved, 0.0, 1.0);  // against rounding only
}

std::vector<double> cross_simulated_binary(std::span<const double> mother,
                                           std::span<const double> father, const Axes& axes,
                                           double eta, Rng& rng) {
  std::vector<double> child(mother.size());
  for (std::size_t j = 0; j < child.size(); ++j) {
    const bool is_crossed = !axes.unordered[j] && mother[j] != father[j] && rng.uniform() < 0.5;
    if (!is_crossed) {
      child[j] = rng.uniform() < 0.5 ? mother[j] : father[j];
      continue;
    }
    const auto [a, b] = std::minmax(mother[j], father[j]);
    const auto [low, high] = simulated_binary_children(a, b, eta, rng.uniform());
    child[j] = rng.uniform() < 0.5 ? low : high;
  }
  return child;
}

void mutate_polynomial(std::vector<double>& genome, const Axes& axes, double eta, double rate,
                       Rng& rng) {
  for (std::size_t j = 0; j < genome.size(); ++j) {
    if (rng.uniform() >= rate) continue;
    const double u = rng.uniform();
    if (axes.unordered[j]) {
      genome[j] = u;
      continue;
    }
    const double mutant = polynomial_mutant(genome[j], eta, u);
    const double cell = axes.cell_widths[j];
    if (std::abs(mutant - genome[j]) >= cell)
      genome[j] = mutant;
    else
      genome[j] = std::clamp(genome[j] + (u < 0.5 ? -cell : cell), 0.0, 1.0);
  }
}

}  // namespace winnow::search
