#include "searchers/stats/sign_flip.hpp"

#include <algorithm>

#include "searchers/stats/distributions/subset_sums.hpp"
#include "searchers/stats/two_sample_permutation.hpp"
#include "tests/searchers/stats/stats_support.hpp"

using namespace winnow::stats;
using namespace winnow::tests;

namespace {

// All 2^n patterns of signs, one by one.
double enumerated_p(const std::vector<double>& d, Tail tail) {
  double observed = 0;
  for (double value : d) observed += value;
  int hits = 0;
  const unsigned patterns = 1u << d.size();
  for (unsigned pattern = 0; pattern < patterns; ++pattern) {
    double total = 0;
    for (std::size_t i = 0; i < d.size(); ++i) total += (pattern >> i & 1u) ? -d[i] : d[i];
    const bool hit = tail == Tail::greater ? total >= observed - 1e-12
                     : tail == Tail::less  ? total <= observed + 1e-12
                                           : std::abs(total) >= std::abs(observed) - 1e-12;
    hits += hit ? 1 : 0;
  }
  return static_cast<double>(hits) / patterns;
}

// All ways of choosing the first group.
double enumerated_p(const std::vector<double>& x, const std::vector<double>& y, Tail tail) {
  std::vector<double> all = x;
  all.insert(all.end(), y.begin(), y.end());
  const auto difference = [&](unsigned chosen) {
    double first = 0, second = 0;
    for (std::size_t i = 0; i < all.size(); ++i) (chosen >> i & 1u ? first : second) += all[i];
    return first / static_cast<double>(x.size()) - second / static_cast<double>(y.size());
  };
  const double observed = difference((1u << x.size()) - 1);
  int hits = 0, deals = 0;
  for (unsigned chosen = 0; chosen < 1u << all.size(); ++chosen) {
    if (static_cast<std::size_t>(__builtin_popcount(chosen)) != x.size()) continue;
    ++deals;
    const double found = difference(chosen);
    const bool hit = tail == Tail::greater ? found >= observed - 1e-12
                     : tail == Tail::less  ? found <= observed + 1e-12
                                           : std::abs(found) >= std::abs(observed) - 1e-12;
    hits += hit ? 1 : 0;
  }
  return static_cast<double>(hits) / deals;
}

const std::vector<Tail> all_tails = {Tail::two_sided, Tail::greater, Tail::less};

}  // namespace

TEST_CASE("subset counts equal listing the subsets") {
  const std::vector<double> items = {3, 1, 4, 1, 5, 9, 2, 6};
  for (double limit : {-1.0, 0.0, 3.5, 10.0, 31.0}) {
    std::int64_t all = 0;
    std::vector<std::int64_t> by_size(items.size() + 1, 0);
    for (unsigned subset = 0; subset < 256; ++subset) {
      double total = 0;
      for (std::size_t i = 0; i < 8; ++i) total += subset >> i & 1u ? items[i] : 0;
      if (total > limit) continue;
      ++all;
      ++by_size[static_cast<std::size_t>(__builtin_popcount(subset))];
    }
    CHECK(subsets_up_to(items, limit) == all);
    for (std::size_t size = 0; size <= items.size(); ++size)
      CHECK(SizedSubsets(items, size).up_to(limit) == by_size[size]);
  }
}

TEST_CASE("exact sign-flip p-values equal the share of all patterns") {
  const std::vector<std::vector<double>> lists = {
      {0.5},           {0.3, -0.1},
      {1, 1, 1, 1, 1}, {0.5, -0.25, 0.75, 1, 0.125, 0.5},
      {-2, -1, -3, 1}, {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, -0.8},
      {1, -1, 1, -1}};
  for (const std::vector<double>& d : lists)
    for (Tail tail : all_tails) {
      const SignFlip found = *sign_flip({d}, {.tail = tail});
      CHECK(found.test.method == Method::exact);
      CHECK(found.test.p == near(enumerated_p(d, tail), 1e-14));
      std::vector<double> turned = d;
      for (double& value : turned) value = -value;
      CHECK(sign_flip({turned}, {.tail = mirrored(tail)})->test.p == found.test.p);
    }
}

TEST_CASE("with n pairs no two-sided p-value is below 2 of 2 to the n") {
  CHECK(sign_flip({{1, 2, 3, 4, 5}})->test.p == 0.0625);
  CHECK(sign_flip({{1, 2, 3, 4, 5, 6}})->test.p == 0.03125);
  CHECK(sign_flip({{1, 2, 3, 4, 5}}, {.tail = Tail::greater})->test.p == 0.03125);
}

TEST_CASE("differences of zero carry no evidence") {
  CHECK(sign_flip({{0, 0, 0}})->test.p == 1);
  CHECK(sign_flip({{0, 0, 0}}, {.effort = Effort::monte_carlo})->test.p == 1);
  const SignFlip found = *sign_flip({{1, 2, 0, 3, 0}});
  CHECK(found.test.p == 0.25);
  CHECK(found.zeros == 2);
  CHECK(found.test.n == 5);
  CHECK(sign_flip({{}}).refusal().cause == Cause::too_few);
  CHECK(sign_flip({{0.1, NAN}}).refusal().cause == Cause::not_finite);
}

TEST_CASE("a sampled sign-flip test comes near the exact one, and never to 0") {
  const Differences pairs{bell_shaped(9, 0, 20)};
  const double exact = sign_flip(pairs)->test.p;
  const SignFlip sampled = *sign_flip(pairs, {.effort = Effort::monte_carlo});
  CHECK(sampled.test.method == Method::monte_carlo);
  CHECK(sampled.test.resamples == 100'000);
  CHECK(sampled.test.p == Approx(exact).margin(4 * std::sqrt(exact * (1 - exact) / 1e5)));
  // The same on every machine: the draws are a function of the seed.
  CHECK(sampled.test.p == sign_flip(pairs, {.effort = Effort::monte_carlo})->test.p);
  const Differences clear{std::vector<double>(60, 1.0)};
  CHECK(sign_flip(clear, {.sampling = {.resamples = 999}})->test.p == 0.001);
}

TEST_CASE("a million differences get the normal limit, unless a few dominate") {
  std::vector<double> values = bell_shaped(4, 1, 1'000'000);
  const SignFlip found = *sign_flip({values});
  CHECK(found.test.method == Method::approximate);
  double total = 0, squares = 0;
  for (double value : values) {
    total += value;
    squares += value * value;
  }
  CHECK(found.test.p == near(std::erfc(std::abs(total) / std::sqrt(2 * squares)), 1e-9));
  values[7] = 1e6;
  const SignFlipQuestion few{.sampling = {.resamples = 100}};
  CHECK(sign_flip({values}, few)->test.method == Method::monte_carlo);
}

TEST_CASE("the sign-flip interval holds exactly the shifts that are not rejected") {
  const std::vector<double> d = {0.31, -0.12, 0.55, 0.07, 0.42, 0.29, -0.03, 0.61};
  std::vector<double> means;  // of all subsets but the empty one
  for (unsigned subset = 1; subset < 256; ++subset) {
    double total = 0;
    for (std::size_t i = 0; i < d.size(); ++i) total += subset >> i & 1u ? d[i] : 0;
    means.push_back(total / __builtin_popcount(subset));
  }
  std::sort(means.begin(), means.end());
  // p at a shift: (1 + subsets with a mean up to it) / 256 on the lower side; rejected below 0.025:
  // fewer than 6.4 of 256, so the sixth mean is the first that is kept.
  const Interval found = *sign_flip_interval({d});
  CHECK(found.low == near(means[5], 1e-12));
  CHECK(found.high == near(means[means.size() - 6], 1e-12));
  for (double end : {found.low, found.high})
    for (double step : {-1e-9, 1e-9}) {
      std::vector<double> shifted = d;
      for (double& value : shifted) value -= end + step;
      const bool inside = end + step >= found.low && end + step <= found.high;
      CHECK((sign_flip({shifted})->test.p >= 0.05) == inside);
    }
}

TEST_CASE("sampled and limiting sign-flip intervals come near the exact one") {
  const Differences pairs{bell_shaped(12, 3, 24)};
  const Interval exact = *sign_flip_interval(pairs);
  const double width = exact.high - exact.low;
  for (Effort effort : {Effort::monte_carlo, Effort::approximate}) {
    const Interval found = *sign_flip_interval(pairs, 0.95, {.effort = effort});
    CHECK(found.low == Approx(exact.low).margin(0.03 * width));
    CHECK(found.high == Approx(exact.high).margin(0.03 * width));
  }
}

TEST_CASE("five pairs cannot have a sign-flip interval at 95 per cent") {
  const Answer<Interval> found = sign_flip_interval({{1, 2, 3, 4, 5}});
  CHECK(found.refusal().cause == Cause::out_of_reach);
  CHECK(found.refusal().needed == 6);
  CHECK(
      found.refusal().reason ==
      "5 pairs: the smallest two-sided p of the sign-flip test is 0.0625, so alpha 0.05 cannot be "
      "reached; use 6 or more");
  CHECK(sign_flip_interval({{1, 2, 3, 4, 5}}, 0.9));
}

TEST_CASE("exact two-sample permutation p-values equal the share of all deals") {
  const std::vector<std::pair<std::vector<double>, std::vector<double>>> lists = {
      {{1}, {2}},
      {{1, 2, 3}, {4, 5, 6}},
      {{0.5, 1.5, 2.25}, {1.75, 2.5, 3, 0.25, 1}},
      {{3, 3, 1, 2, 2}, {2, 2}},
      {{10, 1, 1, 1}, {1, 2, 1, 1, 3}}};
  for (const auto& [x, y] : lists)
    for (Tail tail : all_tails) {
      const TestResult found = *two_sample_permutation(x, y, {.tail = tail});
      CHECK(found.method == Method::exact);
      CHECK(found.p == near(enumerated_p(x, y, tail), 1e-13));
      CHECK(two_sample_permutation(y, x, {.tail = mirrored(tail)})->p == near(found.p, 1e-13));
    }
}

TEST_CASE("the sampled permutation test comes near the exact one, the limit near both") {
  std::vector<double> x = bell_shaped(21, 0, 18);
  const std::vector<double> y = bell_shaped(21, 1, 20);
  for (double& value : x) value += 0.6;
  const double exact = two_sample_permutation(x, y)->p;
  const PermutationQuestion sampled{.effort = Effort::monte_carlo,
                                    .sampling = {.resamples = 40'000}};
  CHECK(two_sample_permutation(x, y, sampled)->p ==
        Approx(exact).margin(4 * std::sqrt(exact / 40'000)));
  CHECK(two_sample_permutation(x, y, {.effort = Effort::approximate})->p ==
        Approx(exact).epsilon(0.1));
}

TEST_CASE("two groups of equal values do not differ, empty ones are refused") {
  CHECK(two_sample_permutation(std::vector<double>{2, 2}, std::vector<double>{2, 2, 2})->p == 1);
  CHECK(two_sample_permutation({}, std::vector<double>{1}).refusal().cause == Cause::too_few);
}

TEST_CASE("p-values of permutation tests are at most the level as often as it says") {
  int flipped = 0, dealt = 0;
  const int studies = 3000;
  for (int study = 0; study < studies; ++study) {
    const std::vector<double> x = bell_shaped(77, 2 * study, 9);
    const std::vector<double> y = bell_shaped(77, 2 * study + 1, 9);
    flipped += sign_flip({x})->test.p <= 0.1 ? 1 : 0;
    dealt += two_sample_permutation(x, y)->p <= 0.1 ? 1 : 0;
  }
  const double allowed = 4 * std::sqrt(studies * 0.1 * 0.9);
  CHECK(flipped == Approx(studies * 0.1).margin(allowed));
  CHECK(dealt == Approx(studies * 0.1).margin(allowed));
}
