#include "searchers/stats/planning/feasibility.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/special_functions/binomial.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <string>

#include "searchers/stats/distributions/subset_sums.hpp"

namespace winnow::stats {
namespace {

bool has_two_groups(ExactTest test) {
  return test == ExactTest::two_sample_permutation || test == ExactTest::mann_whitney;
}

const char* name_of(ExactTest test) {
  switch (test) {
    case ExactTest::sign_flip:
      return "sign-flip test";
    case ExactTest::signed_rank:
      return "Wilcoxon signed-rank test";
    case ExactTest::mcnemar:
      return "exact McNemar test";
    case ExactTest::mcnemar_mid_p:
      return "mid-p McNemar test";
    case ExactTest::two_sample_permutation:
      return "two-sample permutation test";
    case ExactTest::mann_whitney:
      return "Mann-Whitney test";
    case ExactTest::friedman:
      break;
  }
  return "Friedman test";
}

// Exact where the number of arrangements is a double, as it may meet a level exactly; through its
// logarithm beyond.
double share_of_two_groups(const Design& design) {
  using boost::math::lgamma;
  const std::int64_t n = design.n + design.second_n;
  if (n <= 1000) {
    return 1 / boost::math::binomial_coefficient<double>(static_cast<unsigned>(n),
                                                         static_cast<unsigned>(design.n));
  }
  const auto n_1 = static_cast<double>(design.n), n_2 = static_cast<double>(design.second_n);
  const double log_arrangements = lgamma(n_1 + n_2 + 1) - lgamma(n_1 + 1) - lgamma(n_2 + 1);
  return std::exp(-log_arrangements);
}

/// How many items a design has of which all arrangements would be listed; 0: it lists none.
std::int64_t items_to_enumerate(const Design& design) {
  if (design.test == ExactTest::sign_flip) return design.n;
  return design.test == ExactTest::two_sample_permutation ? design.n + design.second_n : 0;
}

bool is_drawn(const Design& design) {
  return items_to_enumerate(design) > static_cast<std::int64_t>(most_enumerated_items);
}

double smallest_drawn_p(const Design& design) {
  return 1 / (static_cast<double>(design.resamples) + 1);
}

std::string size_text(const Design& design) {
  if (has_two_groups(design.test))
    return fmt::format("groups of {} and {} values", design.n, design.second_n);
  if (design.test == ExactTest::friedman)
    return fmt::format("{} blocks of {} arms", design.n, design.arms);
  const bool of_disagreement =
      design.test == ExactTest::mcnemar || design.test == ExactTest::mcnemar_mid_p;
  return fmt::format("{} pairs{}", design.n, of_disagreement ? " that disagree" : "");
}

std::string advice(const Design& design, double alpha, std::int64_t comparisons) {
  const char* each = has_two_groups(design.test) ? " in each group" : "";
  const auto least = smallest_n(design, alpha, comparisons);
  if (!least) return "no number can, beyond 40 arrangements are drawn: use a t-test or Wilcoxon's";
  const auto most = largest_n(design, alpha, comparisons);
  if (most)
    return fmt::format("use {} to {}{}, beyond which arrangements are drawn", *least, *most, each);
  return fmt::format("use {} or more{}", *least, each);
}

std::string shared_text(double alpha, std::int64_t comparisons) {
  if (comparisons == 1) return fmt::format("alpha {:.6g}", alpha);
  return fmt::format("alpha {:.6g} shared by {} comparisons ({:.3g} for the first)", alpha,
                     comparisons, alpha / static_cast<double>(comparisons));
}

}  // namespace

double smallest_p(const Design& design) {
  expect(design.n >= 0 && design.second_n >= 0, "sizes are not negative");
  const auto n = static_cast<double>(design.n);
  const double sides = design.tail == Tail::two_sided ? 2 : 1;
  double p = 1;
  switch (design.test) {
    case ExactTest::sign_flip:
    case ExactTest::signed_rank:
    case ExactTest::mcnemar:
      p = sides * std::exp2(-n);
      break;
    case ExactTest::mcnemar_mid_p:
      p = sides * std::exp2(-n - 1);
      break;
    case ExactTest::two_sample_permutation:  // |difference| has two equal ends for equal sizes only
      p = (design.n == design.second_n ? sides : 1) * share_of_two_groups(design);
      break;
    case ExactTest::mann_whitney:
      p = sides * share_of_two_groups(design);
      break;
    case ExactTest::friedman:
      expect(design.arms >= 2 && design.arms <= 170, "a Friedman test has two arms or more");
      p = std::pow(boost::math::tgamma(static_cast<double>(design.arms) + 1), 1 - n);
      break;
  }
  if (is_drawn(design)) p = std::max(p, smallest_drawn_p(design));
  return std::min(1.0, p);
}

std::optional<std::int64_t> smallest_n(Design design, double alpha, std::int64_t comparisons) {
  expect(comparisons >= 1, "a level is shared by one comparison or more");
  design.n = design.second_n = 1;
  while (!rejects(smallest_p(design), alpha / static_cast<double>(comparisons))) {
    if (is_drawn(design)) return std::nullopt;
    design.second_n = ++design.n;
  }
  return design.n;
}

std::optional<std::int64_t> largest_n(const Design& design, double alpha,
                                      std::int64_t comparisons) {
  const std::int64_t items_of_one =
      items_to_enumerate({.test = design.test, .n = 1, .second_n = 1});
  const double level = alpha / static_cast<double>(comparisons);
  if (items_of_one == 0 || rejects(smallest_drawn_p(design), level)) return std::nullopt;
  return static_cast<std::int64_t>(most_enumerated_items) / items_of_one;
}

std::optional<Refusal> out_of_reach(const Design& design, double alpha, std::int64_t comparisons) {
  expect(comparisons >= 1, "a level is shared by one comparison or more");
  const double p = smallest_p(design);
  if (rejects(p, alpha / static_cast<double>(comparisons))) return std::nullopt;
  const std::optional<std::int64_t> needed = smallest_n(design, alpha, comparisons);
  const bool is_sided = design.test != ExactTest::friedman;
  const char* side = !is_sided ? "" : design.tail == Tail::two_sided ? "two-sided " : "one-sided ";
  return Refusal{
      Cause::out_of_reach,
      fmt::format("{}: the smallest {}p of the {} is {:.3g}, so {} cannot be reached; {}",
                  size_text(design), side, name_of(design.test), p, shared_text(alpha, comparisons),
                  advice(design, alpha, comparisons)),
      needed};
}

}  // namespace winnow::stats
