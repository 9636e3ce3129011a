#include "searchers/stats/relations/contingency.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <cmath>
#include <numeric>
#include <optional>

#include "searchers/numerics/rng.hpp"
#include "searchers/stats/distributions/noncentral.hpp"

namespace winnow::stats {
namespace {

struct Margins {
  std::vector<double> rows, columns;
  double all = 0;
  double expected(std::size_t i, std::size_t j) const { return rows[i] * columns[j] / all; }
};

Margins margins_of(const CountTable& table) {
  Margins margins{.rows = std::vector<double>(table.size()),
                  .columns = std::vector<double>(table[0].size())};
  for (std::size_t i = 0; i < table.size(); ++i) {
    for (std::size_t j = 0; j < table[i].size(); ++j) {
      const auto count = static_cast<double>(table[i][j]);
      margins.rows[i] += count;
      margins.columns[j] += count;
      margins.all += count;
    }
  }
  return margins;
}

std::optional<Refusal> fault_of(const CountTable& table) {
  if (table.size() < 2 || table[0].size() < 2)
    return Refusal{Cause::too_few, "a table needs two rows and two columns or more", 2};
  for (const std::vector<std::int64_t>& row : table) {
    expect(std::all_of(row.begin(), row.end(), [](std::int64_t n) { return n >= 0; }),
           "counts are not negative");
    if (row.size() != table[0].size()) {
      return Refusal{Cause::unequal, fmt::format("a row has {} counts, the first has {}",
                                                 row.size(), table[0].size())};
    }
  }
  const Margins margins = margins_of(table);
  const auto is_empty = [](double total) { return total == 0; };
  if (std::any_of(margins.rows.begin(), margins.rows.end(), is_empty) ||
      std::any_of(margins.columns.begin(), margins.columns.end(), is_empty)) {
    return Refusal{
        Cause::constant,
        "a row or column of the table has no items: leave it out, nothing is known of it"};
  }
  return std::nullopt;
}

double statistic_of(const CountTable& table, const Margins& margins, double correction) {
  double statistic = 0;
  for (std::size_t i = 0; i < table.size(); ++i) {
    for (std::size_t j = 0; j < table[i].size(); ++j) {
      const double expected = margins.expected(i, j);
      const double distance = std::abs(static_cast<double>(table[i][j]) - expected);
      const double corrected = distance - std::min(correction, distance);  // not past 0
      statistic += corrected * corrected / expected;
    }
  }
  return statistic;
}

double upper_tail(double statistic, double degrees) {
  const boost::math::chi_squared_distribution<double> null(degrees);
  return cdf(complement(null, statistic));
}

// Rows and columns of the items one by one; the columns are dealt out anew.
double sampled_p(CountTable table, const Margins& margins, double observed,
                 const Sampling& sampling) {
  expect(sampling.resamples > 0, "a Monte Carlo test draws one sample or more");
  std::vector<std::size_t> rows, columns;
  for (std::size_t i = 0; i < table.size(); ++i) {
    for (std::size_t j = 0; j < table[i].size(); ++j) {
      rows.insert(rows.end(), static_cast<std::size_t>(table[i][j]), i);
      columns.insert(columns.end(), static_cast<std::size_t>(table[i][j]), j);
    }
  }
  search::Rng rng(sampling.seed, 0, "contingency");
  const double least_hit = observed * (1 - 1e-12);  // equal but for rounding
  std::int64_t hits = 0;
  for (std::int64_t resample = 0; resample < sampling.resamples; ++resample) {
    rng.shuffle(std::span(columns));
    for (std::vector<std::int64_t>& row : table) std::fill(row.begin(), row.end(), 0);
    for (std::size_t item = 0; item < rows.size(); ++item) ++table[rows[item]][columns[item]];
    hits += statistic_of(table, margins, 0) >= least_hit ? 1 : 0;
  }
  return static_cast<double>(hits + 1) / static_cast<double>(sampling.resamples + 1);
}

}  // namespace

Answer<ChiSquared> chi_squared_independence(const CountTable& table, Continuity continuity,
                                            double level, Effort effort, const Sampling& sampling) {
  if (auto fault = fault_of(table)) return *fault;
  const std::size_t rows = table.size(), columns = table[0].size();
  expect(continuity == Continuity::none || (rows == 2 && columns == 2),
         "Yates' correction is for two rows and two columns");
  const Margins margins = margins_of(table);
  const double correction = continuity == Continuity::yates ? 0.5 : 0;
  const double statistic = statistic_of(table, margins, correction);
  const auto degrees = static_cast<double>((rows - 1) * (columns - 1));
  ChiSquared result;
  result.test = {.statistic = statistic,
                 .p = upper_tail(statistic, degrees),
                 .n = static_cast<std::int64_t>(margins.all),
                 .method = Method::approximate,
                 .degrees = degrees};
  if (effort == Effort::monte_carlo) {
    expect(continuity == Continuity::none, "a Monte Carlo test needs no continuity correction");
    result.test.p = sampled_p(table, margins, statistic, sampling);
    result.test.method = Method::monte_carlo;
    result.test.resamples = sampling.resamples;
  }
  const double smallest_row = *std::min_element(margins.rows.begin(), margins.rows.end());
  const double smallest_column = *std::min_element(margins.columns.begin(), margins.columns.end());
  result.smallest_expected = smallest_row * smallest_column / margins.all;

  const double uncorrected = statistic_of(table, margins, 0);
  const double most = margins.all * static_cast<double>(std::min(rows, columns) - 1);
  const auto v_of = [&](double chi_squared) {
    return std::sqrt(std::min(1.0, chi_squared / most));
  };
  result.cramers_v = v_of(uncorrected);
  const Interval lambda = noncentral_chi_squared_interval(uncorrected, degrees, level);
  result.v_interval = {.low = v_of(lambda.low), .high = v_of(lambda.high), .level = level};
  return result;
}

Answer<TestResult> chi_squared_fit(std::span<const std::int64_t> counts,
                                   std::span<const double> shares) {
  if (counts.size() < 2) return Refusal{Cause::too_few, "a single count fits everything", 2};
  const double all =
      static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::int64_t{0}));
  if (all == 0) return Refusal{Cause::too_few, "no items were counted", 1};
  expect(shares.empty() || shares.size() == counts.size(), "each count has its share");
  double statistic = 0, sum_of_shares = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double share = shares.empty() ? 1 / static_cast<double>(counts.size()) : shares[i];
    expect(share > 0 && counts[i] >= 0, "shares are positive, counts not negative");
    sum_of_shares += share;
    const double distance = static_cast<double>(counts[i]) - all * share;
    statistic += distance * distance / (all * share);
  }
  expect(std::abs(sum_of_shares - 1) < 1e-9, "shares sum to 1");
  const auto degrees = static_cast<double>(counts.size() - 1);
  return TestResult{.statistic = statistic,
                    .p = upper_tail(statistic, degrees),
                    .n = static_cast<std::int64_t>(all),
                    .method = Method::approximate,
                    .degrees = degrees};
}

}  // namespace winnow::stats
