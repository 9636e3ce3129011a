#include "searchers/models/parzen.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "searchers/problem/error.hpp"

namespace winnow::search {
namespace {

constexpr std::size_t full_weights = 25;
constexpr double prior_bandwidth = 1, prior_centre = 0.5;  // of the range

// 0.2 of Scott's rule, but no narrower than a part of the range which shrinks with n, down to
// 1/100: Optuna 3.1, _ParzenEstimator, where n + 1 kernels are counted and one is added again.
double bandwidth_of(std::size_t observations, std::size_t dimension) {
  const double n = static_cast<double>(std::max<std::size_t>(observations, 1));
  const double scott = 0.2 * std::pow(n, -1 / static_cast<double>(dimension + 4));
  const double least = 1 / std::min(100.0, static_cast<double>(observations) + 2);
  return std::clamp(scott, least, 1.0);
}

// P(low < Z < high) for a standard normal Z, exact to rounding in either tail.
double normal_mass(double low, double high) {
  constexpr double root_half = std::numbers::sqrt2 / 2;
  if (low > 0) return 0.5 * (std::erfc(low * root_half) - std::erfc(high * root_half));
  if (high < 0) return 0.5 * (std::erfc(-high * root_half) - std::erfc(-low * root_half));
  return 0.5 * (std::erf(high * root_half) - std::erf(low * root_half));
}

double mass_in_range(double centre, double bandwidth) {
  return normal_mass(-centre / bandwidth, (1 - centre) / bandwidth);
}

// ln(mass · σ · √2π): what a normal kernel's exponent is reduced by.
double log_normaliser(double centre, double bandwidth) {
  return std::log(mass_in_range(centre, bandwidth) * bandwidth * std::sqrt(2 * std::numbers::pi));
}

double cell_log_mass(double middle, double values, double centre, double bandwidth) {
  const double half = 0.5 / values;
  const double low = std::max(0.0, middle - half), high = std::min(1.0, middle + half);
  return std::log(normal_mass((low - centre) / bandwidth, (high - centre) / bandwidth) /
                  mass_in_range(centre, bandwidth));
}

double weight_of(std::size_t age_rank, std::size_t n) {  // age_rank 0: the oldest
  if (n <= full_weights || age_rank >= n - full_weights) return 1;
  const std::size_t ramp = n - full_weights;
  const double least = 1 / static_cast<double>(n);
  if (ramp == 1) return least;
  return least + (1 - least) * static_cast<double>(age_rank) / static_cast<double>(ramp - 1);
}

}  // namespace

ParzenEstimator::ParzenEstimator(std::span<const ParzenAxis> axes,
                                 std::span<const std::vector<double>* const> observations)
    : observations_(observations.size()),
      bandwidth_(bandwidth_of(observations.size(), axes.size())) {
  double total = 0;
  for (std::size_t i = 0; i <= observations_; ++i) {
    total += i < observations_ ? weight_of(i, observations_) : 1;
    cumulative_weights_.push_back(total);
  }
  for (std::size_t i = 0; i <= observations_; ++i) {
    const double below = i == 0 ? 0 : cumulative_weights_[i - 1];
    log_weights_.push_back(std::log((cumulative_weights_[i] - below) / total));
  }
  for (std::size_t j = 0; j < axes.size(); ++j) {
    Column column{axes[j], {}, {}, {}, true, 0};
    for (const std::vector<double>* row : observations) column.centres.push_back((*row)[j]);
    prepare(column);
    columns_.push_back(std::move(column));
  }
}

void ParzenEstimator::prepare(Column& column) const {
  const std::uint32_t values = static_cast<std::uint32_t>(column.axis.values);
  column.prior_log_mass = log_normaliser(prior_centre, prior_bandwidth);
  for (const double centre : column.centres) {
    const bool is_active = centre != inactive;
    column.is_always_active = column.is_always_active && is_active;
    if (column.axis.kind == ParzenAxis::Kind::number) {
      column.log_masses.push_back(is_active ? log_normaliser(centre, bandwidth_) : 0);
      continue;
    }
    const double place =
        column.axis.kind == ParzenAxis::Kind::cells ? centre * static_cast<double>(values) : centre;
    column.codes.push_back(is_active ? static_cast<std::uint32_t>(place) : values);
  }
}

std::vector<double> ParzenEstimator::draw(Rng& rng) const {
  const double mark = rng.uniform() * cumulative_weights_.back();
  const auto kernel = static_cast<std::size_t>(
      std::upper_bound(cumulative_weights_.begin(), cumulative_weights_.end() - 1, mark) -
      cumulative_weights_.begin());
  std::vector<double> row;
  for (const Column& column : columns_) row.push_back(draw_on(column, kernel, rng));
  return row;
}

double ParzenEstimator::draw_on(const Column& column, std::size_t kernel, Rng& rng) const {
  const bool is_prior = kernel == observations_ || column.centres[kernel] == inactive;
  if (column.axis.kind == ParzenAxis::Kind::choice) {
    const std::uint32_t code =
        is_prior ? static_cast<std::uint32_t>(column.axis.values) : column.codes[kernel];
    double mark = rng.uniform();
    for (std::uint64_t k = 0; k + 1 < column.axis.values; ++k) {
      mark -= std::exp(code_log_factor(column, static_cast<double>(k), code));
      if (mark < 0) return static_cast<double>(k);
    }
    return static_cast<double>(column.axis.values - 1);
  }
  // The range holds a third of a kernel's mass at least: drawn again until inside.
  const double centre = is_prior ? prior_centre : column.centres[kernel];
  const double bandwidth = is_prior ? prior_bandwidth : bandwidth_;
  double coordinate = -1;
  while (coordinate < 0 || coordinate > 1) coordinate = centre + bandwidth * rng.normal();
  return coordinate;
}

double ParzenEstimator::log_density(std::span<const double> row) const {
  expect(row.size() == columns_.size(), "a row of the estimator's dimension");
  std::vector<double> log_kernels = log_weights_;
  for (std::size_t j = 0; j < columns_.size(); ++j) {
    if (row[j] == inactive) continue;
    const Column& column = columns_[j];
    log_kernels.back() += prior_log_factor(column, row[j]);
    column.axis.kind == ParzenAxis::Kind::number ? add_number(column, row[j], log_kernels)
                                                 : add_finite(column, row[j], log_kernels);
  }
  const double largest = *std::max_element(log_kernels.begin(), log_kernels.end());
  double sum = 0;
  for (const double log_kernel : log_kernels)
    if (log_kernel > largest - 40) sum += std::exp(log_kernel - largest);  // e^-40: below rounding
  return largest + std::log(sum);
}

double ParzenEstimator::prior_log_factor(const Column& column, double coordinate) const {
  if (column.axis.kind != ParzenAxis::Kind::number)
    return code_log_factor(column, coordinate, static_cast<std::uint32_t>(column.axis.values));
  const double z = (coordinate - prior_centre) / prior_bandwidth;
  return -0.5 * z * z - column.prior_log_mass;
}

void ParzenEstimator::add_number(const Column& column, double coordinate,
                                 std::vector<double>& log_kernels) const {
  const double factor = -0.5 / (bandwidth_ * bandwidth_);
  const double not_active = prior_log_factor(column, coordinate);
  if (column.is_always_active) {
    for (std::size_t i = 0; i < observations_; ++i) {
      const double distance = coordinate - column.centres[i];
      log_kernels[i] += factor * distance * distance - column.log_masses[i];
    }
    return;
  }
  for (std::size_t i = 0; i < observations_; ++i) {
    const double distance = coordinate - column.centres[i];
    log_kernels[i] += column.centres[i] == inactive
                          ? not_active
                          : factor * distance * distance - column.log_masses[i];
  }
}

void ParzenEstimator::add_finite(const Column& column, double coordinate,
                                 std::vector<double>& log_kernels) const {
  // One factor for each code an observation may have, the last one for none. Codes that nobody has
  // cost nothing: there may be ten thousand of them.
  constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> factors(column.axis.values + 1, unknown);
  for (std::size_t i = 0; i < observations_; ++i) {
    double& factor = factors[column.codes[i]];
    if (std::isnan(factor)) factor = code_log_factor(column, coordinate, column.codes[i]);
    log_kernels[i] += factor;
  }
}

double ParzenEstimator::code_log_factor(const Column& column, double coordinate,
                                        std::uint32_t code) const {
  const ParzenAxis& axis = column.axis;
  const double values = static_cast<double>(axis.values);
  const bool is_prior = code == axis.values;
  if (axis.kind == ParzenAxis::Kind::cells)
    return is_prior ? cell_log_mass(coordinate, values, prior_centre, prior_bandwidth)
                    : cell_log_mass(coordinate, values, (code + 0.5) / values, bandwidth_);
  const double probability = axis.probabilities[static_cast<std::size_t>(coordinate)];
  if (is_prior) return std::log(probability);
  // Counts smoothed by 1/(n + 1) for each choice, shared out by its probability.
  const double smoothing = values / static_cast<double>(observations_ + 1);
  const double count = static_cast<double>(code) == coordinate ? 1 : 0;
  return std::log((count + smoothing * probability) / (1 + smoothing));
}

}  // namespace winnow::search
