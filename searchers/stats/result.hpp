// Words that all procedures share: which side counts as evidence, how a p-value came about, what a
// test found, an interval.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace winnow::stats {

/// What would speak against the null hypothesis: an effect on either side, only a greater one, or
/// only a smaller one. The null hypothesis always holds the equality: "the mean is at most 0.65"
/// is tested with `greater`, and rejecting it supports "above 0.65".
enum class Tail { two_sided, greater, less };

/// How a p-value was computed.
enum class Method {
  exact,        // the null distribution itself, under the assumptions of the test
  approximate,  // its limit for many values
  monte_carlo,  // a seeded sample of it, with the observed arrangement counted in: (1 + b) / (1 +
                // B)
};

/// May a procedure fall back on its limit, or must it enumerate or sample?
enum class Effort {
  automatic,    // exact where that is feasible, else what the procedure's comment says
  approximate,  // the limit, whatever the size
  monte_carlo,  // the seeded sample, whatever the size
};

/// How often and from which seed to sample, where sampling is needed. Same numbers, same result, on
/// every machine.
struct Sampling {
  std::int64_t resamples = 100'000;  // standard error of a p-value near 0.05: 0.0007
  std::uint64_t seed = 0;
};

struct TestResult {
  double statistic = 0;
  double p = 1;
  /// Values, pairs or blocks that the statistic is made of.
  std::int64_t n = 0;
  Method method = Method::exact;
  std::optional<double> degrees = std::nullopt;
  /// Of the denominator, where the statistic is a ratio of two variances.
  std::optional<double> denominator_degrees = std::nullopt;
  /// How many samples the p-value rests on; 0 unless Monte Carlo.
  std::int64_t resamples = 0;
};

/// Where a quantity lies, with the given confidence. One side may be infinite.
struct Interval {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  double level = 0.95;
  bool contains(double value) const { return low <= value && value <= high; }
};

/// The decision rule: p < alpha. The boundary p = alpha is not a rejection.
bool rejects(double p, double alpha);

/// For people: "0.0213", "3.1e-08", and "< 1e-300" for a probability too small for a number, which
/// is never 0. Three significant digits; 1 only for exactly 1.
std::string p_text(double p);

/// The p-value of a statistic from its two tails; `upper` is P(T ≥ t), `lower` is P(T ≤ t). Two
/// sides: twice the smaller, 1 at most.
double p_of_tails(double lower, double upper, Tail tail);

/// Both ends of centre ± half_width for two sides; one end is infinite for one side, on the side
/// that the alternative names: `greater` leaves a lower bound.
Interval interval_around(double centre, double half_width, Tail tail, double level);

/// The probability left out beyond each finite end of an interval.
double outside_each_end(Tail tail, double level);

}  // namespace winnow::stats
