#include "searchers/stats/relations/fisher_exact.hpp"

#include <algorithm>
#include <boost/math/tools/roots.hpp>
#include <cmath>
#include <limits>
#include <vector>

namespace winnow::stats {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();
// Tables whose probabilities differ by rounding only count as equally likely; R's and SciPy's
// factor.
constexpr double equally_likely = 1 + 1e-7;
constexpr std::int64_t most_tables = 1'000'000;  // seconds, for the roots of the interval

// The first cell given both margins, as a function of the odds ratio: Fisher's noncentral
// hypergeometric distribution.
class FirstCell {
 public:
  explicit FirstCell(const TwoByTwo& table)
      : low_(std::max<std::int64_t>(0, table.a - table.d)),
        high_(table.a + std::min(table.b, table.c)),
        observed_(table.a) {
    // From the likeliest table outwards, by the ratio of neighbours: what matters keeps its digits.
    const auto row = static_cast<double>(table.a + table.b);
    const auto column = static_cast<double>(table.a + table.c);
    const double rest = static_cast<double>(table.d - table.a);  // d at a first cell of 0
    const auto log_ratio = [&](double x) {                       // of x to x − 1
      return std::log((row - x + 1) * (column - x + 1) / (x * (rest + x)));
    };
    const double all = row + static_cast<double>(table.c + table.d);
    const auto mode = static_cast<std::int64_t>((row + 1) * (column + 1) / (all + 2));
    const auto middle = static_cast<std::size_t>(std::clamp(mode, low_, high_) - low_);
    log_weights_.assign(static_cast<std::size_t>(high_ - low_) + 1, 0.0);
    const auto first_cell = [&](std::size_t i) {
      return static_cast<double>(low_ + static_cast<std::int64_t>(i));
    };
    for (std::size_t i = middle + 1; i < log_weights_.size(); ++i)
      log_weights_[i] = log_weights_[i - 1] + log_ratio(first_cell(i));
    for (std::size_t i = middle; i > 0; --i)
      log_weights_[i - 1] = log_weights_[i] - log_ratio(first_cell(i));
  }

  bool is_fixed() const { return low_ == high_; }
  bool is_lowest() const { return observed_ == low_; }
  bool is_highest() const { return observed_ == high_; }

  /// Probabilities of low … high at an odds ratio.
  std::vector<double> shares(double log_odds) const {
    std::vector<double> result = log_weights_;
    for (std::size_t i = 0; i < result.size(); ++i) result[i] += static_cast<double>(i) * log_odds;
    const double largest = *std::max_element(result.begin(), result.end());
    double total = 0;
    for (double& value : result) total += value = std::exp(value - largest);
    for (double& value : result) value /= total;
    return result;
  }
  double lower(double log_odds) const {
    const std::vector<double> share = shares(log_odds);
    double sum = 0;
    for (std::size_t i = 0; i <= place(); ++i) sum += share[i];
    return std::min(1.0, sum);
  }
  double upper(double log_odds) const {
    const std::vector<double> share = shares(log_odds);
    double sum = 0;
    for (std::size_t i = share.size(); i-- > place();) sum += share[i];
    return std::min(1.0, sum);
  }
  double mean(double log_odds) const {
    const std::vector<double> share = shares(log_odds);
    double sum = static_cast<double>(low_);
    for (std::size_t i = 0; i < share.size(); ++i) sum += static_cast<double>(i) * share[i];
    return sum;
  }
  double two_sided_p() const {
    const std::vector<double> share = shares(0);
    double p = 0;
    for (double probability : share)
      if (probability <= share[place()] * equally_likely) p += probability;
    return std::min(1.0, p);
  }

 private:
  std::size_t place() const { return static_cast<std::size_t>(observed_ - low_); }

  std::int64_t low_, high_, observed_;
  std::vector<double> log_weights_;
};

// The odds ratio at which `excess` of its logarithm, growing, is zero.
template <class Excess>
double odds_ratio_where(const Excess& excess) {
  double reach = 1;
  while (excess(-reach) > 0 || excess(reach) < 0) reach *= 2;
  std::uintmax_t steps = 200;
  const boost::math::tools::eps_tolerance<double> close(50);  // bits
  const auto [from, to] = boost::math::tools::toms748_solve(excess, -reach, reach, close, steps);
  return std::exp(from + (to - from) / 2);
}

Interval interval_of(const FirstCell& cell, double level) {
  const double outside = outside_each_end(Tail::two_sided, level);
  Interval interval{.low = 0, .high = infinite, .level = level};
  if (!cell.is_lowest())
    interval.low = odds_ratio_where([&](double x) { return cell.upper(x) - outside; });
  if (!cell.is_highest())
    interval.high = odds_ratio_where([&](double x) { return outside - cell.lower(x); });
  return interval;
}

double estimate_of(const FirstCell& cell, double observed) {
  if (cell.is_lowest()) return 0;
  if (cell.is_highest()) return infinite;
  return odds_ratio_where([&](double x) { return cell.mean(x) - observed; });
}

}  // namespace

Answer<FisherExact> fisher_exact(const TwoByTwo& table, Tail tail, double level) {
  expect(table.a >= 0 && table.b >= 0 && table.c >= 0 && table.d >= 0, "counts are not negative");
  const std::int64_t items = table.a + table.b + table.c + table.d;
  if (items == 0) return Refusal{Cause::too_few, "the table has no items", 1};
  if (std::min({table.a + table.b, table.c + table.d, table.a + table.c, table.b + table.d}) >
      most_tables) {
    return Refusal{
        Cause::too_many,
        "too many items to list their tables: use the z test of two rates, which is exact "
        "enough for so many"};
  }
  const FirstCell cell(table);
  FisherExact result;
  result.test = {.statistic = 1, .n = items};
  result.odds_ratio_interval = {.low = 0, .high = infinite, .level = level};
  if (cell.is_fixed()) return result;
  result.test.statistic = estimate_of(cell, static_cast<double>(table.a));
  result.test.p = tail == Tail::greater ? cell.upper(0)
                  : tail == Tail::less  ? cell.lower(0)
                                        : cell.two_sided_p();
  result.odds_ratio_interval = interval_of(cell, level);
  return result;
}

}  // namespace winnow::stats
