#include "searchers/models/sobol_indices.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

#include "searchers/numerics/rng.hpp"
#include "searchers/numerics/sobol.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::search {
namespace {

constexpr int resamples = 400;  // ends of a 95 % interval rest on the ten outermost

/// Values of the function on both designs, and with one column of the first taken from the second.
struct Values {
  std::vector<double> a, b;                // by row
  std::vector<std::vector<double>> mixed;  // input × row
};

Values evaluate(const std::function<double(std::span<const double>)>& function,
                std::size_t dimension, std::uint64_t seed) {
  Values values;
  values.mixed.resize(dimension);
  const std::size_t columns = 2 * dimension;
  const ScrambledSobol sequence(std::min(columns, sobol_dimensions), seed);
  for (int row = 0; row < sobol_rows; ++row) {
    std::vector<double> both = sequence.at(static_cast<std::uint32_t>(row));
    Rng rng(seed, row, "beyond Sobol points");
    while (both.size() < columns) both.push_back(rng.uniform());
    std::vector<double> a(both.begin(), both.begin() + static_cast<std::ptrdiff_t>(dimension));
    values.a.push_back(function(a));
    values.b.push_back(function(std::span(both).subspan(dimension)));
    for (std::size_t input = 0; input < dimension; ++input) {
      const double own = std::exchange(a[input], both[dimension + input]);
      values.mixed[input].push_back(function(a));
      a[input] = own;
    }
  }
  return values;
}

double variance_of(const Values& values, const std::vector<std::size_t>& rows) {
  const double n = 2 * static_cast<double>(rows.size());
  double mean = 0, squares = 0;
  for (const std::size_t row : rows) mean += (values.a[row] + values.b[row]) / n;
  for (const std::size_t row : rows) {
    for (const double value : {values.a[row], values.b[row]})
      squares += (value - mean) * (value - mean);
  }
  return squares / n;
}

/// First and total of one input over some of the rows.
std::pair<double, double> indices(const Values& values, std::size_t input,
                                  const std::vector<std::size_t>& rows, double variance) {
  double first = 0, total = 0;
  for (const std::size_t row : rows) {
    const double change = values.mixed[input][row] - values.a[row];
    first += values.b[row] * change;
    total += change * change;
  }
  const double n = static_cast<double>(rows.size());
  return {first / n / variance, total / (2 * n) / variance};
}

double at_share(std::vector<double>& replicates, double share) {
  const auto at = replicates.begin() + static_cast<std::ptrdiff_t>(share * (resamples - 1) + 0.5);
  std::ranges::nth_element(replicates, at);
  return *at;
}

}  // namespace

SobolIndices sobol_indices(const std::function<double(std::span<const double>)>& function,
                           std::size_t dimension, std::uint64_t seed) {
  expect(dimension > 0, "a function of something");
  Values values = evaluate(function, dimension, seed);
  std::vector<std::size_t> rows(sobol_rows);
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  // About the mean: the estimator of the first order is much surer so (Sobol, Myshetskaya 2007).
  const double mean = std::accumulate(values.b.begin(), values.b.end(), 0.0) / sobol_rows;
  for (double& value : values.b) value -= mean;
  for (double& value : values.a) value -= mean;
  for (std::vector<double>& column : values.mixed) {
    for (double& value : column) value -= mean;
  }
  SobolIndices result;
  result.inputs.resize(dimension);
  result.variance = variance_of(values, rows);
  if (result.variance <= 0) return result;
  std::vector<std::vector<double>> firsts(dimension), totals(dimension);
  for (int draw = 0; draw < resamples; ++draw) {
    Rng rng(seed, draw, "resampled rows");
    std::vector<std::size_t> drawn(sobol_rows);
    for (std::size_t& row : drawn) row = static_cast<std::size_t>(rng.below(sobol_rows));
    const double variance = variance_of(values, drawn);
    for (std::size_t input = 0; input < dimension; ++input) {
      const auto [first, total] =
          variance > 0 ? indices(values, input, drawn, variance) : std::pair(0.0, 0.0);
      firsts[input].push_back(first);
      totals[input].push_back(total);
    }
  }
  for (std::size_t input = 0; input < dimension; ++input) {
    SobolIndex& index = result.inputs[input];
    std::tie(index.first, index.total) = indices(values, input, rows, result.variance);
    index.first_low = at_share(firsts[input], 0.025);
    index.first_high = at_share(firsts[input], 0.975);
    index.total_low = at_share(totals[input], 0.025);
    index.total_high = at_share(totals[input], 0.975);
  }
  return result;
}

}  // namespace winnow::search
