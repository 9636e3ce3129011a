// Tables of counts: are two ways of sorting the same items independent (error kind by model,
// success by group), and do counts follow given shares?
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "searchers/stats/answer.hpp"
#include "searchers/stats/result.hpp"

namespace winnow::stats {

using CountTable = std::vector<std::vector<std::int64_t>>;  // a row by a column

struct ChiSquared {
  TestResult test;
  /// The limit is good from about 5 on (Cochran 1954, "Some methods for strengthening the common χ²
  /// tests": none below 1, four fifths of them 5 or more); below, fisher_exact or Monte Carlo.
  double smallest_expected = 0;
  /// Cramér's V = √(χ² / (N (min(rows, columns) − 1))), 0 to 1; biased upwards in small tables.
  double cramers_v = 0;
  /// Through noncentral χ² (distributions/noncentral.hpp), 1 at most.
  Interval v_interval;
};

enum class Continuity { none, yates };  // Yates (1934): two rows and two columns only

/// Pearson (1900): independence of rows and columns. Monte Carlo deals the items out again with
/// both margins kept. Refused: a single row or column, rows of unequal length, a row or column
/// without items. Needs counts of at least 0.
Answer<ChiSquared> chi_squared_independence(const CountTable& table,
                                            Continuity continuity = Continuity::none,
                                            double level = 0.95, Effort effort = Effort::automatic,
                                            const Sampling& sampling = {});

/// Pearson (1900): counts against shares of the whole that sum to 1 (all equal if none are given).
/// Degrees of freedom: counts − 1. Refused: a single count, no items. Needs positive shares.
Answer<TestResult> chi_squared_fit(std::span<const std::int64_t> counts,
                                   std::span<const double> shares = {});

}  // namespace winnow::stats
