#include "searchers/models/gaussian_process_fit.hpp"

#include <cmath>
#include <numbers>
#include <utility>

#include "searchers/numerics/minimize.hpp"
#include "searchers/numerics/normal.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::search {
namespace {

using Eigen::Index;
using Eigen::VectorXd;

constexpr double log_length_variance = 3;
// Published floor: below it a point tells nothing about its neighbours. Above the ceiling an axis
// does not matter: r changes by less than 1e-3 over its whole range.
constexpr double shortest_length = 0.025, longest_length = 1e3;
// Below the floor an arc is a straight line to 1e-4.
constexpr double least_arc_part = 0.01, start_arc_part = 0.5;

// Noise, in the units of y: with even odds about e^−4 (the published prior, ln ~ N(−4, 1)), or
// anything down to noise_free: a deterministic program has none.
constexpr double log_noise_mean = -4;
// Of the amplitude: beyond it, targets of variance 1 are all noise.
const double most_log_noise = std::log(1e2);
const double spread_density = 0.5 / -std::log(noise_free);

// The amplitude: −0.01 ln² as in Song et al. (2024), "The Vizier Gaussian process bandit
// algorithm", about the targets' own variance. It is all but flat: smooth functions, polynomials
// above all, are pieces of processes far larger than themselves.
constexpr double amplitude_penalty = 0.01;
const double most_log_amplitude = std::log(1e6);

double mean_log_length(Index d) {
  return std::numbers::sqrt2 + 0.5 * std::log(static_cast<double>(d));
}

// The joint part of an additive kernel: any order of magnitude down to what adds nothing is as
// likely as another.
const double least_log_joint = std::log(1e-4);

/// Hyperparameters as one vector: ln ℓ of each axis, ρ of each arc, ln amplitude, ln of the joint
/// part if it is not 1, ln noise if it is learnt.
class Coordinates {
 public:
  Coordinates(const std::vector<AxisKind>& axes, Noise noise, bool is_additive)
      : dimension_(std::ssize(axes)), noise_(noise), is_additive_(is_additive) {
    for (Index j = 0; j < dimension_; ++j)
      if (axes[static_cast<std::size_t>(j)] == AxisKind::arc) arcs_.push_back(j);
  }

  Index amplitude() const { return dimension_ + std::ssize(arcs_); }
  Index joint() const { return amplitude() + 1; }
  Index size() const {
    return amplitude() + 1 + (is_additive_ ? 1 : 0) + (noise_ == Noise::learnt ? 1 : 0);
  }

  Box box() const {
    Box box{VectorXd::Constant(size(), std::log(shortest_length)),
            VectorXd::Constant(size(), std::log(longest_length))};
    box.low.segment(dimension_, std::ssize(arcs_)).setConstant(least_arc_part);
    box.high.segment(dimension_, std::ssize(arcs_)).setConstant(1);
    box.low[amplitude()] = -most_log_amplitude;
    box.high[amplitude()] = most_log_amplitude;
    if (is_additive_) {
      box.low[joint()] = least_log_joint;
      box.high[joint()] = 0;
    }
    if (noise_ == Noise::learnt) {
      box.low[size() - 1] = std::log(noise_free);
      box.high[size() - 1] = most_log_noise;
    }
    return box;
  }

  VectorXd from(const Hyperparameters& values) const {
    VectorXd at(size());
    at.head(dimension_) = values.scales.lengths.array().log();
    for (Index k = 0; k < std::ssize(arcs_); ++k)
      at[dimension_ + k] = values.scales.arc_parts[arc(k)];
    at[amplitude()] = std::log(values.amplitude);
    if (is_additive_) at[joint()] = std::log(values.scales.joint);
    if (noise_ == Noise::learnt) at[size() - 1] = std::log(values.noise);
    const Box limits = box();
    return at.cwiseMax(limits.low).cwiseMin(limits.high);  // exp and log round
  }

  Hyperparameters to(const VectorXd& at) const {
    Hyperparameters values{{at.head(dimension_).array().exp(), VectorXd::Ones(dimension_)},
                           std::exp(at[amplitude()]),
                           noise_free};
    for (Index k = 0; k < std::ssize(arcs_); ++k)
      values.scales.arc_parts[arc(k)] = at[dimension_ + k];
    if (is_additive_) values.scales.joint = std::exp(at[joint()]);
    if (noise_ == Noise::learnt) values.noise = std::exp(at[size() - 1]);
    return values;
  }

  // `slope`: by ln ℓ (d), ρ (d), ln noise, w; `values`: where.
  VectorXd gradient(const VectorXd& slope, double by_amplitude,
                    const Hyperparameters& values) const {
    VectorXd gradient(size());
    gradient.head(dimension_) = slope.head(dimension_);
    for (Index k = 0; k < std::ssize(arcs_); ++k)
      gradient[dimension_ + k] = slope[dimension_ + arc(k)];
    gradient[amplitude()] = by_amplitude;
    if (is_additive_) gradient[joint()] = slope[2 * dimension_ + 1] * values.scales.joint;
    if (noise_ == Noise::learnt) gradient[size() - 1] = slope[2 * dimension_];
    return gradient;
  }

 private:
  Index arc(Index k) const { return arcs_[static_cast<std::size_t>(k)]; }

  Index dimension_;
  Noise noise_;
  bool is_additive_;
  std::vector<Index> arcs_;
};

// ln of the prior's density of ℓ and of noise, up to a constant; adds its gradient by `coordinates`
// (the logarithms, in which the optimiser works).
double log_prior(const VectorXd& coordinates, Index d, Index amplitude, Noise noise,
                 VectorXd& gradient) {
  const Eigen::ArrayXd log_lengths = coordinates.head(d);
  const Eigen::ArrayXd away = log_lengths - mean_log_length(d);
  gradient.head(d).array() -= 1 + away / log_length_variance;
  double sum = -(log_lengths + away.square() / (2 * log_length_variance)).sum();
  const Index last = coordinates.size() - 1;
  const double log_amplitude = coordinates[amplitude];
  sum -= amplitude_penalty * log_amplitude * log_amplitude;
  gradient[amplitude] -= 2 * amplitude_penalty * log_amplitude;
  if (noise == Noise::none) return sum;
  const double z = coordinates[last] + log_amplitude - log_noise_mean;
  const double hump = 0.5 * normal_density(z);
  const double slope = -z * hump / (hump + spread_density);
  gradient[last] += slope;
  gradient[amplitude] += slope;
  return sum + std::log(hump + spread_density);
}

}  // namespace

Hyperparameters prior_mode(std::size_t dimension, Noise noise) {
  const Index d = static_cast<Index>(dimension);
  const double length = std::exp(mean_log_length(d) - log_length_variance);
  return {{VectorXd::Constant(d, length), VectorXd::Constant(d, start_arc_part)},
          1,
          noise == Noise::learnt ? std::exp(log_noise_mean) : noise_free};
}

double prior_median_length(std::size_t dimension) {
  return std::exp(mean_log_length(static_cast<Index>(dimension)));
}

Observations scaled(Observations observations, double amplitude) {
  observations.y /= std::sqrt(amplitude);
  observations.squares_within /= amplitude;
  return observations;
}

Fit fit(const std::vector<AxisKind>& axes, Smoothness smoothness, Noise noise,
        const Observations& observations, const std::vector<Hyperparameters>& starts,
        int evaluations) {
  expect(!starts.empty(), "a start for the fit");
  const bool is_additive = starts[0].scales.joint < 1;
  const Coordinates coordinates(axes, noise, is_additive);
  const double log_density = is_additive ? -std::log(-least_log_joint) : 0;  // of ln w
  const auto negative_log_posterior = [&](const VectorXd& at, VectorXd& gradient) {
    const Hyperparameters values = coordinates.to(at);
    const GaussianProcess process(Kernel(axes, smoothness, values.scales), values.noise,
                                  scaled(observations, values.amplitude), Purpose::fit);
    // d/d ln amplitude of the density of y: ½ (yᵀK⁻¹y − number of measurements).
    const double number = observations.replicates.sum();
    const double squares =
        process.whitened().squaredNorm() + process.observations().squares_within / values.noise;
    gradient =
        coordinates.gradient(process.log_likelihood_slope(), 0.5 * (squares - number), values);
    const double value = process.log_likelihood() - 0.5 * number * std::log(values.amplitude) +
                         log_density +
                         log_prior(at, std::ssize(axes), coordinates.amplitude(), noise, gradient);
    gradient = -gradient;
    return -value;
  };
  std::vector<VectorXd> from;
  for (const Hyperparameters& start : starts) from.push_back(coordinates.from(start));
  // 0.01 in a log posterior is nothing that data could tell: the rest would be polish.
  const Minimum best = minimize(negative_log_posterior, coordinates.box(), from,
                                {.evaluations = evaluations, .absolute_gain = 0.01});
  return {coordinates.to(best.at), -best.value};
}

}  // namespace winnow::search
