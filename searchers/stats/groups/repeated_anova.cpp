#include "searchers/stats/groups/repeated_anova.hpp"

#include <algorithm>
#include <boost/math/distributions/fisher_f.hpp>
#include <cmath>

namespace winnow::stats {
namespace {

// Blocks × arms after taking out the means of blocks and arms, and what was taken out.
struct Parts {
  std::vector<std::vector<double>> residuals;
  double arm_squares = 0, block_squares = 0, residual_squares = 0;
  bool is_exhausted = false;  // residuals are rounding only
};

Parts parts_of(Blocks blocks) {
  const std::size_t n = blocks.size(), k = blocks[0].size();
  const double centre = mean(joined(blocks));
  std::vector<double> arm_means(k), column(n);
  Parts parts;
  double largest = 0;
  for (std::size_t j = 0; j < k; ++j) {
    for (std::size_t i = 0; i < n; ++i) column[i] = blocks[i][j];
    arm_means[j] = mean(column);
    parts.arm_squares += static_cast<double>(n) * (arm_means[j] - centre) * (arm_means[j] - centre);
  }
  for (const std::vector<double>& block : blocks) {
    const double block_mean = mean(block);
    parts.block_squares += static_cast<double>(k) * (block_mean - centre) * (block_mean - centre);
    std::vector<double>& row = parts.residuals.emplace_back(k);
    for (std::size_t j = 0; j < k; ++j) {
      row[j] = block[j] - block_mean - arm_means[j] + centre;
      parts.residual_squares += row[j] * row[j];
      largest = std::max(largest, std::abs(block[j]));
    }
  }
  const double rounding = 16 * 0x1p-53 * largest;  // of one residual: a few operations
  parts.is_exhausted = parts.residual_squares <= static_cast<double>(n * k) * rounding * rounding;
  return parts;
}

// (tr S)² / ((k − 1) tr S²) of the residuals' covariance S between arms, whose rows sum to 0.
double sphericity(const std::vector<std::vector<double>>& residuals) {
  const std::size_t k = residuals[0].size();
  double trace = 0, squares = 0;
  for (std::size_t a = 0; a < k; ++a) {
    for (std::size_t b = 0; b < k; ++b) {
      double product = 0;
      for (const std::vector<double>& row : residuals) product += row[a] * row[b];
      if (a == b) trace += product;
      squares += product * product;
    }
  }
  return trace * trace / (static_cast<double>(k - 1) * squares);
}

}  // namespace

Answer<RepeatedAnova> repeated_anova(Blocks blocks) {
  if (auto fault = fault_of_blocks(blocks)) return *fault;
  const Parts parts = parts_of(blocks);
  if (parts.is_exhausted) {
    return Refusal{
        Cause::constant,
        "the arms differ by the same amounts in every block: an analysis of variance has "
        "no measure of chance; check that the seed reaches what is measured"};
  }
  const auto n = static_cast<double>(blocks.size()), k = static_cast<double>(blocks[0].size());
  const double numerator = k - 1, denominator = (k - 1) * (n - 1);
  const double f = (parts.arm_squares / numerator) / (parts.residual_squares / denominator);
  const auto p_with = [&](double factor) {
    const boost::math::fisher_f_distribution<double> null(factor * numerator, factor * denominator);
    return cdf(complement(null, f));
  };
  RepeatedAnova result;
  result.test = {.statistic = f,
                 .p = p_with(1),
                 .n = static_cast<std::int64_t>(blocks.size()),
                 .degrees = numerator,
                 .denominator_degrees = denominator};
  const double epsilon = std::min(1.0, sphericity(parts.residuals));
  result.greenhouse_geisser = epsilon;
  // With hardly more blocks than arms its denominator is not positive: then 1, its cap.
  const double rest = n - 1 - numerator * epsilon;
  result.huynh_feldt =
      rest > 0 ? std::min(1.0, (n * numerator * epsilon - 2) / (numerator * rest)) : 1;
  result.huynh_feldt = std::max(result.huynh_feldt, epsilon);
  result.greenhouse_geisser_p = p_with(result.greenhouse_geisser);
  result.huynh_feldt_p = p_with(result.huynh_feldt);
  const double within = parts.arm_squares + parts.residual_squares;
  result.partial_eta_squared = parts.arm_squares / within;
  result.generalised_eta_squared = parts.arm_squares / (within + parts.block_squares);
  return result;
}

}  // namespace winnow::stats
