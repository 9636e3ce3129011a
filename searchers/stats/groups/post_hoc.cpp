#include "searchers/stats/groups/post_hoc.hpp"

#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>

#include "searchers/stats/distributions/studentized_range.hpp"

namespace winnow::stats {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

double nemenyi_scale(double arms, double blocks) {
  return std::sqrt(arms * (arms + 1) / (6 * blocks));
}

// `judge(difference)` gives a pair's statistic and p-value.
template <class Judge>
PostHoc all_pairs(const Friedman& found, const Judge& judge) {
  PostHoc result{.friedman = found, .pairs = {}};
  for (std::size_t a = 0; a < found.mean_ranks.size(); ++a) {
    for (std::size_t b = a + 1; b < found.mean_ranks.size(); ++b) {
      const double difference = found.mean_ranks[a] - found.mean_ranks[b];
      const auto [statistic, p] = judge(difference);
      result.pairs.push_back({a, b, difference, statistic, p});
    }
  }
  return result;
}

}  // namespace

double nemenyi_critical_difference(int arms, std::int64_t blocks, double alpha) {
  expect(arms >= 2 && blocks >= 1, "a critical difference is for two arms or more");
  const double q = studentized_range_quantile_upper(alpha, arms, infinite);
  return q / std::sqrt(2.0) * nemenyi_scale(static_cast<double>(arms), static_cast<double>(blocks));
}

Answer<PostHoc> nemenyi(Blocks blocks) {
  const Answer<Friedman> found = friedman(blocks);
  if (!found) return found.refusal();
  const auto arms = static_cast<int>(found->mean_ranks.size());
  const double scale = nemenyi_scale(arms, static_cast<double>(blocks.size()));
  const auto judge = [&](double difference) {
    const double q = std::abs(difference) / scale * std::sqrt(2.0);
    return std::pair(q, studentized_range_upper(q, arms, infinite));
  };
  return all_pairs(*found, judge);
}

Answer<PostHoc> conover(Blocks blocks) {
  const Answer<Friedman> found = friedman(blocks);
  if (!found) return found.refusal();
  const auto n = static_cast<double>(blocks.size());
  const auto k = static_cast<double>(found->mean_ranks.size());
  double squared_sums = 0;
  for (double mean_rank : found->mean_ranks) squared_sums += n * mean_rank * n * mean_rank;
  const double degrees = (n - 1) * (k - 1);
  const double left_over = 2 * (n * found->squared_ranks - squared_sums) / degrees;
  // Σ R² is at most n A; what rounding leaves of that is nothing.
  const bool is_unanimous = left_over <= 1e-12 * n * found->squared_ranks;
  const boost::math::students_t_distribution<double> null(degrees);
  const auto judge = [&](double difference) {
    if (difference == 0) return std::pair(0.0, 1.0);
    if (is_unanimous) return std::pair(std::copysign(infinite, difference), found->chi_squared.p);
    const double t = n * difference / std::sqrt(left_over);
    return std::pair(t, 2 * cdf(complement(null, std::abs(t))));
  };
  return all_pairs(*found, judge);
}

}  // namespace winnow::stats
