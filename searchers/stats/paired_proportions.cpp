#include "searchers/stats/paired_proportions.hpp"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <limits>

#include "searchers/problem/error.hpp"
#include "searchers/stats/proportions.hpp"

namespace winnow::stats {
namespace {

double odds(double share) {
  return share < 1 ? share / (1 - share) : std::numeric_limits<double>::infinity();
}

void expect_counts(const Discordant& counts) {
  expect(counts.only_first >= 0 && counts.only_second >= 0, "counts of examples are not negative");
}

}  // namespace

McNemar mcnemar(const Discordant& counts) {
  expect_counts(counts);
  if (counts.only_first == counts.only_second) return {};  // both sides' tails hold a half or more
  const auto disagreements = static_cast<double>(counts.only_first + counts.only_second);
  const auto fewer = static_cast<double>(std::min(counts.only_first, counts.only_second));
  // If both err equally often, each disagreement is the toss of a fair coin.
  const boost::math::binomial_distribution<double> tosses(disagreements, 0.5);
  const double tail = boost::math::cdf(tosses, fewer);
  const double observed = boost::math::pdf(tosses, fewer);
  return {std::min(1.0, 2 * tail), 2 * tail - observed};
}

McNemar mcnemar(const Discordant& counts, Tail tail) {
  if (tail == Tail::two_sided) return mcnemar(counts);
  expect_counts(counts);
  const std::int64_t disagreements = counts.only_first + counts.only_second;
  if (disagreements == 0) return {};
  const boost::math::binomial_distribution<double> tosses(static_cast<double>(disagreements), 0.5);
  const std::int64_t against = tail == Tail::greater ? counts.only_second : counts.only_first;
  const double exact = boost::math::cdf(tosses, static_cast<double>(against));
  return {exact, exact - boost::math::pdf(tosses, static_cast<double>(against)) / 2};
}

PairedRates paired_rates(const Discordant& counts, std::int64_t examples, double level) {
  expect_counts(counts);
  const std::int64_t disagreements = counts.only_first + counts.only_second;
  expect(examples >= std::max<std::int64_t>(1, disagreements), "disagreements are examples");
  const auto n = static_cast<double>(examples);
  const auto first = static_cast<double>(counts.only_first);
  const auto second = static_cast<double>(counts.only_second);

  PairedRates rates{.difference = (first - second) / n};
  const boost::math::normal_distribution<double> normal;
  const double z = quantile(complement(normal, outside_each_end(Tail::two_sided, level)));
  const double share_1 = (first + 1) / (n + 2), share_2 = (second + 1) / (n + 2);
  const double centre = share_1 - share_2;
  const double half_width = z * std::sqrt((share_1 + share_2 - centre * centre) / (n + 2));
  rates.difference_interval = {.low = std::max(-1.0, centre - half_width),
                               .high = std::min(1.0, centre + half_width),
                               .level = level};
  rates.odds_ratio_interval = {.low = 0, .level = level};
  if (disagreements > 0) {
    const Interval share = clopper_pearson_interval({counts.only_first, disagreements}, level);
    rates.odds_ratio = first / second;
    rates.odds_ratio_interval = {.low = odds(share.low), .high = odds(share.high), .level = level};
  }
  return rates;
}

}  // namespace winnow::stats
