// How likely is a test to find an effect of a given size? Effects of means are in units of standard
// deviations (effect_size.hpp). All take the level of a single test: with m comparisons to be
// corrected, alpha / m.
#pragma once

#include <cstdint>
#include <functional>

#include "searchers/stats/answer.hpp"
#include "searchers/stats/paired_proportions.hpp"
#include "searchers/stats/result.hpp"

namespace winnow::stats {

struct Level {
  double alpha = 0.05;
  Tail tail = Tail::two_sided;
};

/// Of the t-test of n differences (or values) whose mean is `effect` of their standard deviations:
/// noncentral t, exact for normal values. Two sides count rejections on both. Needs n ≥ 2.
double paired_t_power(double effect, std::int64_t n, const Level& level = {});
/// Of the t-test of two independent groups with equal variance; Welch's has hardly less. Needs two
/// groups of one or more and three values in all.
double two_group_t_power(double effect, std::int64_t first_n, std::int64_t second_n,
                         const Level& level = {});
/// Of one-way analysis of variance: noncentral F with λ = f² N, `effect` being Cohen's f (Cohen
/// 1988, 8.2), standard deviation of the group means over that within groups.
double anova_power(double effect, std::int64_t groups, std::int64_t n_per_group,
                   double alpha = 0.05);
/// Of the z test of two independent rates, through Cohen's h. Approximate.
double two_rates_power(double first_rate, double second_rate, std::int64_t first_n,
                       std::int64_t second_n, const Level& level = {});

enum class McNemarForm { exact, mid_p };
/// Of McNemar's test on `examples`, of which the parts only_first and only_second are expected to
/// be got right by one model only: summed over all numbers of disagreements. Exact. Needs parts
/// that are not negative and sum to 1 at most.
double mcnemar_power(double only_first, double only_second, std::int64_t examples,
                     McNemarForm form = McNemarForm::mid_p, const Level& level = {});

/// Values in each of two groups with which the Mann-Whitney test finds P(A > B) = `superiority`:
/// ((z_α + z_β) / (√6 (superiority − ½)))², Noether (1987), "Sample size determination for some
/// common nonparametric tests". 0.75 at one-sided 0.05 and power 0.95: 29. Needs 0.5 < superiority
/// < 1.
std::int64_t noether_n(double superiority, double power, const Level& level = {});

constexpr std::int64_t most_planned = 1'000'000;

/// The smallest n from `least` to `most` with power_at(n) ≥ power, power_at growing with n. Refused
/// if even `most` do not suffice.
Answer<std::int64_t> smallest_n_for(double power, std::int64_t least,
                                    const std::function<double(std::int64_t)>& power_at,
                                    std::int64_t most = most_planned);

}  // namespace winnow::stats
