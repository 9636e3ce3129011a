// What tests of the statistical procedures share.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "searchers/numerics/rng.hpp"
#include "searchers/stats/pairs.hpp"
#include "searchers/stats/result.hpp"
#include "tests/support/golden.hpp"

namespace winnow::tests {

/// The name that SciPy has for a tail.
inline stats::Tail tail_named(const std::string& name) {
  if (name == "greater") return stats::Tail::greater;
  return name == "less" ? stats::Tail::less : stats::Tail::two_sided;
}

inline stats::Tail mirrored(stats::Tail tail) {
  if (tail == stats::Tail::two_sided) return tail;
  return tail == stats::Tail::greater ? stats::Tail::less : stats::Tail::greater;
}

/// Sums of twelve uniform values less six: near enough to normal for tests of the level.
inline std::vector<double> bell_shaped(std::uint64_t seed, std::int64_t number, std::size_t n) {
  search::Rng rng(seed, number, "test data");
  std::vector<double> values(n);
  for (double& value : values) {
    value = -6;
    for (int i = 0; i < 12; ++i) value += rng.uniform();
  }
  return values;
}

inline void check_interval(const stats::Interval& found, double low, double high,
                           double tolerance = 1e-10, double allowed_error = 0) {
  CHECK(found.low == near(low, tolerance, allowed_error));
  CHECK(found.high == near(high, tolerance, allowed_error));
}

}  // namespace winnow::tests
