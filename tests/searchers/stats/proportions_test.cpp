#include "searchers/stats/proportions.hpp"

#include "searchers/problem/error.hpp"
#include "searchers/stats/paired_proportions.hpp"
#include "searchers/stats/relations/contingency.hpp"
#include "searchers/stats/relations/fisher_exact.hpp"
#include "tests/searchers/stats/stats_support.hpp"

using namespace winnow::stats;
using namespace winnow::tests;

TEST_CASE("tests of one rate equal statsmodels' and SciPy's") {
  for (const auto& row : golden("proportions")["one"]) {
    const Rate rate{row["k"], row["n"]};
    const RateQuestion question{.tail = tail_named(row["tail"])};
    const RateTest z = *rate_z(rate, row["p0"], question);
    CHECK(z.test.statistic == near(row["z"]));
    CHECK(z.test.p == near(row["p"]));
    const auto wilson = numbers(row["wilson"]), clopper = numbers(row["clopper"]);
    check_interval(z.interval, wilson[0], wilson[1], 1e-10, 1e-15);
    const RateTest exact = *rate_exact(rate, row["p0"], question);
    CHECK(exact.test.p == near(row["exact_p"]));
    check_interval(exact.interval, clopper[0], clopper[1]);
  }
}

TEST_CASE("tests of two rates equal statsmodels'") {
  for (const auto& row : golden("proportions")["two"]) {
    const Rate first{row["a"], row["n"]}, second{row["b"], row["m"]};
    const Tail tail = tail_named(row["tail"]);
    const RateTest found = *two_rates_z(first, second, {.tail = tail});
    CHECK(found.test.statistic == near(row["z"]));
    CHECK(found.test.p == near(row["p"]));
    check_interval(found.interval, number(row["low"]), number(row["high"]));
    CHECK(two_rates_z(second, first, {.tail = mirrored(tail)})->test.p ==
          near(found.test.p, 1e-13));
  }
}

TEST_CASE("the textbook's 78 against 86 per cent needs more than a hundred items") {
  CHECK(two_rates_z({78, 100}, {86, 100})->test.statistic == Approx(-1.47).margin(0.005));
  CHECK(two_rates_z({78, 100}, {86, 100})->test.p == Approx(0.14).margin(0.005));
  CHECK(two_rates_z({780, 1000}, {860, 1000})->test.statistic == Approx(-4.66).margin(0.005));
}

TEST_CASE("nothing but successes is no evidence of a difference") {
  CHECK(two_rates_z({10, 10}, {20, 20})->test.p == 1);
  CHECK(two_rates_z({0, 10}, {0, 20}, {.tail = Tail::greater})->test.p == 1);
  CHECK(rate_z({0, 0}, 0.5).refusal().cause == Cause::too_few);
  CHECK_THROWS_AS(rate_z({3, 2}, 0.5), winnow::BrokenExpectation);
}

TEST_CASE("intervals of rates stay within 0 and 1") {
  for (std::int64_t n : {1, 2, 3, 10, 1'000'000})
    for (std::int64_t k : {std::int64_t{0}, std::int64_t{1}, n / 2, n}) {
      const Interval wilson = wilson_interval(static_cast<double>(k), static_cast<double>(n));
      const Interval exact = clopper_pearson_interval({k, n});
      for (const Interval& interval : {wilson, exact}) {
        CHECK(interval.low >= 0);
        CHECK(interval.high <= 1);
        CHECK(interval.contains(Rate{k, n}.value()));
      }
    }
}

TEST_CASE("paired rates equal their formulae in SciPy") {
  for (const auto& row : golden("proportions")["paired"]) {
    const Discordant counts{row["b"], row["c"]};
    const PairedRates found = paired_rates(counts, row["n"]);
    check_interval(found.difference_interval, number(row["low"]), number(row["high"]));
    check_interval(found.odds_ratio_interval, number(row["odds_low"]), number(row["odds_high"]));
    CHECK(mcnemar(counts, Tail::greater).exact_p == near(row["greater"]));
    CHECK(mcnemar(counts, Tail::less).exact_p == near(row["less"]));
    CHECK(mcnemar(counts, Tail::greater).mid_p + mcnemar(counts, Tail::less).mid_p ==
          near(counts.only_first + counts.only_second == 0 ? 2.0 : 1.0));
  }
  CHECK_FALSE(paired_rates({0, 0}, 10).odds_ratio);
}

TEST_CASE("Fisher's test equals SciPy's") {
  for (const auto& row : golden("proportions")["fisher"]) {
    const auto& t = row["table"];
    const TwoByTwo table{t[0][0], t[0][1], t[1][0], t[1][1]};
    const FisherExact found = *fisher_exact(table, tail_named(row["tail"]));
    CHECK(found.test.p == near(row["p"]));
    // SciPy's estimate and interval are themselves roots, found to about 1e-9.
    CHECK(found.test.statistic == near(row["odds"], 1e-8));
    check_interval(found.odds_ratio_interval, number(row["low"]), number(row["high"]), 1e-8);
  }
}

TEST_CASE("a table with an empty margin says nothing") {
  const FisherExact found = *fisher_exact({0, 0, 3, 4});
  CHECK(found.test.p == 1);
  CHECK(found.odds_ratio_interval.low == 0);
  CHECK(std::isinf(found.odds_ratio_interval.high));
  CHECK(fisher_exact({0, 0, 0, 0}).refusal().cause == Cause::too_few);
}

TEST_CASE("the chi-squared test equals SciPy's") {
  for (const auto& row : golden("proportions")["chi_squared"]) {
    const CountTable table = row["table"];
    const ChiSquared found = *chi_squared_independence(table);
    CHECK(found.test.statistic == near(row["chi2"]));
    CHECK(found.test.p == near(row["p"]));
    CHECK(*found.test.degrees == number(row["df"]));
    CHECK(found.smallest_expected == near(row["least"]));
    CHECK(found.cramers_v == near(row["v"]));
    // The root was sought to 1e-12 of a noncentrality; V is its square root.
    check_interval(found.v_interval, number(row["low"]), number(row["high"]), 1e-9, 1e-7);
    if (!row.contains("yates")) continue;
    const ChiSquared corrected = *chi_squared_independence(table, Continuity::yates);
    CHECK(corrected.test.statistic == near(row["yates"]));
    CHECK(corrected.test.p == near(row["yates_p"]));
  }
  for (const auto& row : golden("proportions")["fit"]) {
    const std::vector<std::int64_t> counts = row["counts"];
    const std::vector<double> shares = row["shares"];
    const TestResult found = *chi_squared_fit(counts, shares);
    CHECK(found.statistic == near(row["chi2"]));
    CHECK(found.p == near(row["p"]));
  }
}

TEST_CASE("a Monte Carlo chi-squared test of two rows comes near Fisher's") {
  const CountTable table = {{8, 2}, {1, 5}};
  const double p = chi_squared_independence(table, Continuity::none, 0.95, Effort::monte_carlo,
                                            {.resamples = 20'000, .seed = 3})
                       ->test.p;
  CHECK(p == Approx(fisher_exact({8, 2, 1, 5})->test.p).margin(4 * 0.0011));
}

TEST_CASE("a row or column without items is refused") {
  CHECK(chi_squared_independence({{1, 0}, {2, 0}}).refusal().cause == Cause::constant);
  CHECK(chi_squared_independence({{1, 2}}).refusal().cause == Cause::too_few);
  CHECK(chi_squared_independence({{1, 2}, {3}}).refusal().cause == Cause::unequal);
}
