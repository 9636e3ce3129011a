#include "searchers/stats/dominance.hpp"

#include <boost/math/distributions/normal.hpp>
#include <cmath>

#include "searchers/stats/order_of_pairs.hpp"
#include "searchers/stats/proportions.hpp"
#include "searchers/stats/signed_rank.hpp"

namespace winnow::stats {
namespace {

double z_of(double level) {
  const boost::math::normal_distribution<double> normal;
  return quantile(complement(normal, outside_each_end(Tail::two_sided, level)));
}

// Hanley and McNeil's variance of A at θ, both group sizes less one replaced by their mean less
// one.
double variance_at(double theta, double n_1, double n_2) {
  const double mean_size = (n_1 + n_2) / 2 - 1;
  const double spread = 1 + mean_size * ((1 - theta) / (2 - theta) + theta / (1 + theta));
  return theta * (1 - theta) * spread / (n_1 * n_2);
}

// The θ between `estimate` and `end` where the estimate is z standard errors off, by halving to the
// last bit but a few.
double end_of_interval(double estimate, double end, double z, double n_1, double n_2) {
  double kept = estimate, rejected = end;
  for (int step = 0; step < 60; ++step) {  // 2^-60 of at most 1
    const double theta = (kept + rejected) / 2;
    const double distance = estimate - theta;
    const bool is_kept = distance * distance <= z * z * variance_at(theta, n_1, n_2);
    (is_kept ? kept : rejected) = theta;
  }
  return kept;
}

Interval doubled(const Interval& of_superiority) {
  return {.low = 2 * of_superiority.low - 1,
          .high = 2 * of_superiority.high - 1,
          .level = of_superiority.level};
}

}  // namespace

Answer<Dominance> dominance(Values first, Values second, double level) {
  if (auto fault = fault_of(first, 1, "values of the first group")) return *fault;
  if (auto fault = fault_of(second, 1, "values of the second group")) return *fault;
  const PairOrder order = order_between(sorted(second), sorted(first));  // second below first
  const auto n_1 = static_cast<double>(first.size()), n_2 = static_cast<double>(second.size());
  const double won = static_cast<double>(order.below), tied = static_cast<double>(order.equal);
  const double z = z_of(level);
  Dominance result{.superiority = (won + tied / 2) / (n_1 * n_2)};
  result.superiority_interval = {.low = end_of_interval(result.superiority, 0, z, n_1, n_2),
                                 .high = end_of_interval(result.superiority, 1, z, n_1, n_2),
                                 .level = level};
  result.cliffs_delta = (2 * won + tied - n_1 * n_2) / (n_1 * n_2);
  result.delta_interval = doubled(result.superiority_interval);
  return result;
}

Answer<PairedSuperiority> paired_superiority(const Differences& pairs, double level) {
  if (auto fault = fault_of(pairs.values, 1, "differences of pairs")) return *fault;
  double won = 0;
  for (double value : pairs.values)
    won += std::abs(value) <= pairs.rounding ? 0.5 : value > 0 ? 1 : 0;
  const auto n = static_cast<double>(pairs.values.size());
  return PairedSuperiority{.superiority = won / n, .interval = wilson_interval(won, n, level)};
}

Answer<RankBiserial> matched_rank_biserial(const Differences& pairs, double level) {
  const Answer<SignedRank> ranked =
      signed_rank(pairs, {.zeros = Zeros::dropped, .effort = Effort::approximate});
  if (!ranked) return ranked.refusal();
  const auto n = static_cast<double>(ranked->test.n - ranked->zeros);
  if (n == 0)
    return Refusal{Cause::constant, "all differences of the pairs are zero: there is no order", {}};
  const double r = ranked->rank_biserial;
  const double z = z_of(level);
  const double k = z * z * 2 * (2 * n + 1) / (3 * n * (n + 1));
  const double reach = std::sqrt(k * (1 + k - r * r));
  return RankBiserial{
      .value = r,
      .interval = {.low = (r - reach) / (1 + k), .high = (r + reach) / (1 + k), .level = level}};
}

}  // namespace winnow::stats
