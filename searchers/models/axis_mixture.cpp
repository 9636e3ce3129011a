#include "searchers/models/axis_mixture.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

#include "searchers/problem/error.hpp"

namespace winnow::search {
namespace {

double normal_distribution(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }

// A third is accepted at worst: centres lie inside, and widths are at most 1. Box, Muller (1958),
// "A note on the generation of random normal deviates".
double truncated_normal(double centre, double width, Rng& rng) {
  while (true) {
    const double radius = std::sqrt(-2 * std::log1p(-rng.uniform()));
    const double x = centre + width * radius * std::cos(2 * std::numbers::pi * rng.uniform());
    if (x >= 0 && x <= 1) return x;
  }
}

}  // namespace

AxisMixture::AxisMixture(std::span<const double> points, std::span<const double> weights,
                         MixtureAxis axis, double prior)
    : axis_(std::move(axis)) {
  expect(points.size() == weights.size(), "a weight for each point");
  if (axis_.is_unordered()) {
    for (std::size_t i = 0; i < points.size(); ++i)
      kernels_.push_back({weights[i], points[i], 0, weights[i]});
    kernels_.push_back({prior, 0.5, 1, prior});
  } else {
    add_normals(points, weights, prior);
  }
  double total = 0;
  for (const Kernel& kernel : kernels_) weight_below_.push_back(total += kernel.weight);
  for (Kernel& kernel : kernels_) kernel.scale /= total;
}

void AxisMixture::add_normals(std::span<const double> points, std::span<const double> weights,
                              double prior) {
  std::vector<double> centres(points.begin(), points.end());
  constexpr double middle = 0.5, whole = 1;  // of the prior's kernel
  centres.push_back(middle);
  std::vector<std::size_t> order(centres.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return centres[a] < centres[b]; });
  // Narrow kernels only where there are many: Optuna's "magic clip", after hyperopt.
  const double narrowest = std::max(
      axis_.cell_width / 2, whole / std::min(100.0, 1 + static_cast<double>(centres.size())));
  std::vector<double> widths(centres.size());
  for (std::size_t place = 0; place < order.size(); ++place) {
    const double here = centres[order[place]];
    const double left = place > 0 ? here - centres[order[place - 1]] : 0;
    const double right = place + 1 < order.size() ? centres[order[place + 1]] - here : 0;
    widths[order[place]] = std::clamp(std::max(left, right), std::min(narrowest, whole), whole);
  }
  widths.back() = whole;
  for (std::size_t i = 0; i < centres.size(); ++i) {
    const double weight = i < weights.size() ? weights[i] : prior;
    const double inside = normal_distribution((1 - centres[i]) / widths[i]) -
                          normal_distribution(-centres[i] / widths[i]);
    const double peak = 1 / (widths[i] * std::sqrt(2 * std::numbers::pi) * inside);
    kernels_.push_back({weight, centres[i], widths[i], weight * peak});
  }
}

double AxisMixture::sample(Rng& rng) const {
  const double at = rng.uniform() * weight_below_.back();
  const auto found = std::upper_bound(weight_below_.begin(), weight_below_.end() - 1, at);
  const Kernel& kernel = kernels_[static_cast<std::size_t>(found - weight_below_.begin())];
  if (!axis_.is_unordered()) return truncated_normal(kernel.centre, kernel.width, rng);
  const bool is_prior = &kernel == &kernels_.back();
  return is_prior ? axis_.choices[static_cast<std::size_t>(rng.below(axis_.choices.size()))]
                  : kernel.centre;
}

double AxisMixture::log_density(double coordinate) const {
  double density = 0;
  if (axis_.is_unordered()) {
    for (std::size_t i = 0; i + 1 < kernels_.size(); ++i)
      if (kernels_[i].centre == coordinate) density += kernels_[i].scale;
    return std::log(density + kernels_.back().scale * axis_.cell_width);
  }
  for (const Kernel& kernel : kernels_) {
    const double z = (coordinate - kernel.centre) / kernel.width;
    density += kernel.scale * std::exp(-0.5 * z * z);
  }
  return std::log(density);
}

}  // namespace winnow::search
