#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <numeric>

#include "searchers/stats/distributions/rank_counts.hpp"
#include "searchers/stats/ranks.hpp"
#include "searchers/stats/relations/correlation.hpp"
#include "searchers/stats/relations/pair_agreement.hpp"

namespace winnow::stats {
namespace {

constexpr std::size_t most_ordered = 9;   // 362,880 orders
constexpr std::size_t most_untied = 150;  // n³/6 additions

// P-value of a statistic over all orders of the second list, equally likely. `statistic(order)` is
// a whole number that is `centre` on average; two sides by the distance from it.
template <class Statistic>
double p_over_orders(std::vector<std::int64_t> second, double centre, Tail tail,
                     const Statistic& statistic) {
  const auto observed = static_cast<double>(statistic(second));
  std::sort(second.begin(), second.end());
  double hits = 0, all = 0;
  do {
    const auto value = static_cast<double>(statistic(second));
    const bool is_hit = tail == Tail::greater ? value >= observed
                        : tail == Tail::less
                            ? value <= observed
                            : std::abs(value - centre) >= std::abs(observed - centre);
    hits += is_hit ? 1 : 0;
    all += 1;
  } while (std::next_permutation(second.begin(), second.end()));
  return hits / all;
}

std::vector<std::int64_t> doubled_ranks(Values values) {
  std::vector<std::int64_t> result;
  for (double rank : mid_ranks(values).ranks) result.push_back(std::llround(2 * rank));
  return result;
}

double exact_spearman_p(Values x, Values y, Tail tail) {
  const std::vector<std::int64_t> first = doubled_ranks(x);
  const auto n = static_cast<double>(x.size());
  const auto products = [&](const std::vector<std::int64_t>& second) {
    return std::inner_product(first.begin(), first.end(), second.begin(), std::int64_t{0});
  };
  return p_over_orders(doubled_ranks(y), n * (n + 1) * (n + 1), tail, products);
}

double exact_kendall_p(Values x, Values y, const PairAgreement& agreement, Tail tail) {
  if (agreement.tied_x == 0 && agreement.tied_y == 0) {
    const Tails by_inversions = tails_at(inversion_counts(x.size()), agreement.discordant);
    return p_of_tails(by_inversions.upper, by_inversions.lower, tail);
  }
  const std::vector<std::int64_t> first = doubled_ranks(x);
  const auto score = [&](const std::vector<std::int64_t>& second) {
    std::int64_t agreed = 0;
    for (std::size_t i = 0; i < first.size(); ++i)
      for (std::size_t j = 0; j < i; ++j) {
        const std::int64_t product = (first[i] - first[j]) * (second[i] - second[j]);
        agreed += (product > 0) - (product < 0);
      }
    return agreed;
  };
  return p_over_orders(doubled_ranks(y), 0, tail, score);
}

// Σ t(t−1), Σ t(t−1)(t−2), Σ t(t−1)(2t+5) over groups of ties.
struct TieSums {
  double pairs = 0, triples = 0, weighted = 0;
};
TieSums tie_sums(Values values) {
  TieSums sums;
  for (std::int64_t size : mid_ranks(values).group_sizes) {
    const auto t = static_cast<double>(size);
    sums.pairs += t * (t - 1);
    sums.triples += t * (t - 1) * (t - 2);
    sums.weighted += t * (t - 1) * (2 * t + 5);
  }
  return sums;
}

double limit_kendall_p(Values x, Values y, const PairAgreement& agreement, Tail tail) {
  const auto n = static_cast<double>(x.size());
  const TieSums ties_x = tie_sums(x), ties_y = tie_sums(y);
  const double variance = (n * (n - 1) * (2 * n + 5) - ties_x.weighted - ties_y.weighted) / 18 +
                          ties_x.pairs * ties_y.pairs / (2 * n * (n - 1)) +
                          ties_x.triples * ties_y.triples / (9 * n * (n - 1) * (n - 2));
  const double z =
      static_cast<double>(agreement.concordant - agreement.discordant) / std::sqrt(variance);
  const boost::math::normal_distribution<double> normal;
  return p_of_tails(cdf(normal, z), cdf(complement(normal, z)), tail);
}

}  // namespace

Answer<Correlation> spearman(Values x, Values y, const CorrelationQuestion& question) {
  if (auto fault = fault_of_relation(x, y)) return *fault;
  const Answer<Correlation> of_ranks = pearson(mid_ranks(x).ranks, mid_ranks(y).ranks, question);
  if (!of_ranks) return of_ranks.refusal();
  Correlation result = *of_ranks;
  const double rho = result.coefficient;
  const auto n = static_cast<double>(x.size());
  result.test.method = Method::approximate;
  if (question.effort == Effort::automatic && x.size() <= most_ordered) {
    result.test.method = Method::exact;
    result.test.p = exact_spearman_p(x, y, question.tail);
  }
  result.interval = fisher_interval(rho, (1 + rho * rho / 2) / (n - 3), question.level);
  return result;
}

Answer<Correlation> kendall(Values x, Values y, const CorrelationQuestion& question) {
  expect(question.effort != Effort::monte_carlo, "Kendall's test has no Monte Carlo form here");
  if (auto fault = fault_of_relation(x, y)) return *fault;
  const PairAgreement agreement = pair_agreement(x, y);
  const auto n = static_cast<double>(x.size());
  const double pairs = n * (n - 1) / 2;
  const double untied = std::sqrt((pairs - static_cast<double>(agreement.tied_x)) *
                                  (pairs - static_cast<double>(agreement.tied_y)));
  const double tau = std::clamp(
      static_cast<double>(agreement.concordant - agreement.discordant) / untied, -1.0, 1.0);
  const bool has_ties = agreement.tied_x > 0 || agreement.tied_y > 0;
  const bool is_exact =
      question.effort == Effort::automatic && x.size() <= (has_ties ? most_ordered : most_untied);
  Correlation result{.coefficient = tau};
  result.test = {.statistic = tau,
                 .p = is_exact ? exact_kendall_p(x, y, agreement, question.tail)
                               : limit_kendall_p(x, y, agreement, question.tail),
                 .n = static_cast<std::int64_t>(x.size()),
                 .method = is_exact ? Method::exact : Method::approximate};
  result.interval = fisher_interval(tau, 0.437 / (n - 4), question.level);
  return result;
}

}  // namespace winnow::stats
