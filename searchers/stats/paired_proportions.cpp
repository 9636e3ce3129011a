#include "searchers/stats/paired_proportions.hpp"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>

#include "searchers/problem/error.hpp"

namespace winnow::stats {

McNemar mcnemar(const Discordant& counts) {
  expect(counts.only_first >= 0 && counts.only_second >= 0, "counts of examples are not negative");
  if (counts.only_first == counts.only_second) return {};  // both sides' tails hold a half or more
  const auto disagreements = static_cast<double>(counts.only_first + counts.only_second);
  const auto fewer = static_cast<double>(std::min(counts.only_first, counts.only_second));
  // If both err equally often, each disagreement is the toss of a fair coin.
  const boost::math::binomial_distribution<double> tosses(disagreements, 0.5);
  const double tail = boost::math::cdf(tosses, fewer);
  const double observed = boost::math::pdf(tosses, fewer);
  return {std::min(1.0, 2 * tail), 2 * tail - observed};
}

}  // namespace winnow::stats
