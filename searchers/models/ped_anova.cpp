#include "searchers/models/ped_anova.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "searchers/numerics/normal.hpp"
#include "searchers/numerics/rng.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::search {
namespace {

/// The best tenth, as in the paper's experiments (section 5), and never fewer than five: a density
/// of less follows single trials.
constexpr double best_share = 0.1;
constexpr int fewest_best = 5;
constexpr std::size_t parts = 5;  // of the cross-validation
/// Random draws that a divergence is held against: the least p is 0.002.
constexpr int draws = 499;

using Masses = std::vector<double>;  // of the cells; they add up to 1

/// A normal around the middle of `centre`, cut to the cells.
Masses kernel(int cells, int centre, double bandwidth) {
  Masses masses(static_cast<std::size_t>(cells));
  const auto below = [&](double edge) { return normal_below((edge - centre) / bandwidth); };
  const double all = below(cells - 0.5) - below(-0.5);
  for (int cell = 0; cell < cells; ++cell) {
    masses[static_cast<std::size_t>(cell)] = (below(cell + 0.5) - below(cell - 0.5)) / all;
  }
  return masses;
}

/// In cells. Scott's rule on the smaller of deviation and interquartile range / 1.34; at least what
/// keeps 90 % of a kernel in its own cell.
double scott_bandwidth(std::vector<int> centres) {
  constexpr double least = 0.5 / 1.64;
  const std::size_t n = centres.size();
  if (n < 2) return least;
  const double mean = std::accumulate(centres.begin(), centres.end(), 0.0) / static_cast<double>(n);
  double squares = 0;
  for (const int centre : centres) squares += (centre - mean) * (centre - mean);
  std::ranges::sort(centres);
  const double range = centres[3 * (n - 1) / 4] - centres[(n - 1) / 4];
  const double spread = std::min(std::sqrt(squares / static_cast<double>(n - 1)), range / 1.34);
  return std::max(least, 1.059 * spread * std::pow(static_cast<double>(n), -0.2));
}

/// The density of the observations, with `prior` as one more of them.
Masses density(const CellAxis& axis, const std::vector<int>& observations, const Masses& prior) {
  Masses masses = prior;
  const double bandwidth = scott_bandwidth(observations);
  std::vector<int> counts(prior.size());
  for (const int cell : observations) ++counts[static_cast<std::size_t>(cell)];
  for (std::size_t centre = 0; centre < counts.size(); ++centre) {
    if (counts[centre] == 0) continue;
    if (!axis.is_ordered) {
      masses[centre] += counts[centre];
      continue;
    }
    const Masses around = kernel(axis.cells, static_cast<int>(centre), bandwidth);
    for (std::size_t cell = 0; cell < masses.size(); ++cell) {
      masses[cell] += counts[centre] * around[cell];
    }
  }
  for (double& mass : masses) mass /= static_cast<double>(observations.size() + 1);
  return masses;
}

/// What the trials have on an axis on which they are active.
struct Seen {
  std::vector<int> all, best;  // cells
};

/// In those trials for which `is_used` holds.
template <class Use>
Seen seen_on(std::size_t axis, const std::vector<CellTrial>& trials,
             const std::vector<bool>& is_best, const Use& is_used) {
  Seen seen;
  for (std::size_t t = 0; t < trials.size(); ++t) {
    const int cell = trials[t].cells[axis];
    if (cell == no_cell || !is_used(t)) continue;
    seen.all.push_back(cell);
    if (is_best[t]) seen.best.push_back(cell);
  }
  return seen;
}

struct Densities {
  Masses of_all, of_best;
};

Densities densities(const CellAxis& axis, const Seen& seen) {
  const Masses uniform(static_cast<std::size_t>(axis.cells), 1.0 / axis.cells);
  Densities both;
  both.of_all = density(axis, seen.all, uniform);
  both.of_best = density(axis, seen.best, both.of_all);
  return both;
}

double pearson_divergence(const Masses& of_best, const Masses& of_all) {
  double divergence = 0;
  for (std::size_t cell = 0; cell < of_all.size(); ++cell) {
    const double excess = of_best[cell] / of_all[cell] - 1;
    divergence += of_all[cell] * excess * excess;
  }
  return divergence;
}

/// Without the share.
AxisImportance importance_of(const CellAxis& axis, const Seen& seen) {
  const Densities both = densities(axis, seen);
  AxisImportance found;
  found.trials = static_cast<int>(seen.all.size());
  found.divergence = pearson_divergence(both.of_best, both.of_all);
  int as_far = 1;  // the observed one
  std::vector<int> cells = seen.all;
  for (int draw = 0; draw < draws; ++draw) {
    Rng rng(0, draw, "trials by chance");
    rng.shuffle(std::span(cells));
    const std::vector<int> drawn(cells.begin(), cells.begin() + std::ssize(seen.best));
    const double divergence = pearson_divergence(density(axis, drawn, both.of_all), both.of_all);
    found.by_chance += divergence / draws;
    as_far += divergence >= found.divergence;
  }
  found.p = as_far / (draws + 1.0);
  return found;
}

std::vector<bool> best_trials(const std::vector<CellTrial>& trials) {
  std::vector<double> losses;
  for (const CellTrial& trial : trials) losses.push_back(trial.loss);
  const auto share = static_cast<int>(std::ceil(best_share * static_cast<double>(losses.size())));
  const auto border = losses.begin() + std::max(share, fewest_best) - 1;
  std::ranges::nth_element(losses, border);
  std::vector<bool> is_best;
  for (const CellTrial& trial : trials) is_best.push_back(trial.loss <= *border);
  return is_best;
}

/// ln of the ratio of densities for every trial, from densities that it was no part of.
std::vector<double> held_out_ratios(const std::vector<CellAxis>& axes,
                                    const std::vector<CellTrial>& trials,
                                    const std::vector<bool>& is_best) {
  std::vector<double> ratios(trials.size(), 0);
  for (std::size_t axis = 0; axis < axes.size(); ++axis) {
    for (std::size_t part = 0; part < parts; ++part) {
      const Seen seen =
          seen_on(axis, trials, is_best, [&](std::size_t t) { return t % parts != part; });
      const Densities both = densities(axes[axis], seen);
      for (std::size_t t = part; t < trials.size(); t += parts) {
        if (trials[t].cells[axis] == no_cell) continue;
        const auto cell = static_cast<std::size_t>(trials[t].cells[axis]);
        ratios[t] += std::log(both.of_best[cell] / both.of_all[cell]);
      }
    }
  }
  return ratios;
}

double area_under_curve(const std::vector<double>& ratios, const std::vector<bool>& is_best) {
  double won = 0, pairs = 0;
  for (std::size_t i = 0; i < ratios.size(); ++i) {
    for (std::size_t j = 0; is_best[i] && j < ratios.size(); ++j) {
      if (is_best[j]) continue;
      pairs += 1;
      won += ratios[i] > ratios[j] ? 1 : ratios[i] == ratios[j] ? 0.5 : 0;
    }
  }
  return pairs == 0 ? 0.5 : won / pairs;
}

}  // namespace

PedAnova ped_anova(const std::vector<CellAxis>& axes, const std::vector<CellTrial>& trials) {
  expect(std::ssize(trials) >= fewest_trials, "there are enough trials for an importance");
  const std::vector<bool> is_best = best_trials(trials);
  PedAnova result;
  result.best = static_cast<int>(std::ranges::count(is_best, true));
  double sum = 0;
  for (std::size_t axis = 0; axis < axes.size(); ++axis) {
    const Seen seen = seen_on(axis, trials, is_best, [](std::size_t) { return true; });
    AxisImportance found = importance_of(axes[axis], seen);
    found.share = std::max(0.0, found.divergence - found.by_chance);
    sum += found.share;
    result.axes.push_back(found);
  }
  for (AxisImportance& axis : result.axes) axis.share = sum > 0 ? axis.share / sum : 0;
  result.held_out_auc = area_under_curve(held_out_ratios(axes, trials, is_best), is_best);
  return result;
}

}  // namespace winnow::search
