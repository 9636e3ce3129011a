#include "searchers/problem/error.hpp"
#include "searchers/stats/planning/feasibility.hpp"
#include "searchers/stats/planning/paired_plan.hpp"
#include "searchers/stats/planning/power.hpp"
#include "searchers/stats/sign_flip.hpp"
#include "tests/searchers/stats/stats_support.hpp"

using namespace winnow::stats;
using namespace winnow::tests;

namespace {

Level level_of(const nlohmann::json& row) {
  return {.alpha = row.value("alpha", 0.05), .tail = tail_named(row["tail"])};
}

}  // namespace

TEST_CASE("powers of t-tests, F tests and rates equal those of statsmodels") {
  // statsmodels leaves out rejections on the wrong side of two-sided tests of rates, which are
  // below 1e-7 here, and takes noncentral t from Boost as well.
  for (const auto& row : golden("planning")["t_power"])
    CHECK(paired_t_power(row["effect"], row["n"], level_of(row)) == near(row["power"], 1e-9));
  for (const auto& row : golden("planning")["two_power"])
    CHECK(two_group_t_power(row["effect"], row["n"], row["m"], level_of(row)) ==
          near(row["power"], 1e-9));
  for (const auto& row : golden("planning")["anova_power"])
    CHECK(anova_power(row["effect"], row["k"], row["n"]) == near(row["power"], 1e-9));
  for (const auto& row : golden("planning")["rates_power"])
    CHECK(two_rates_power(row["p1"], row["p2"], row["n"], row["m"], level_of(row)) ==
          near(row["power"], 1e-9));
}

TEST_CASE("McNemar's power equals the sum over all outcomes") {
  for (const auto& row : golden("planning")["mcnemar_power"]) {
    const McNemarForm form = row["form"] == "exact" ? McNemarForm::exact : McNemarForm::mid_p;
    CHECK(mcnemar_power(row["p"], row["q"], row["n"], form) == near(row["power"]));
  }
  CHECK(mcnemar_power(0, 0, 100) == 0);
  CHECK(mcnemar_power(0.06, 0.04, 1'000'000) > 0.999);
}

TEST_CASE("a superiority of three quarters needs 29 pairs") {
  CHECK(noether_n(0.75, 0.95, {.tail = Tail::greater}) == 29);
}

TEST_CASE("the smallest sufficient number is sufficient, one fewer is not") {
  const auto power_at = [](std::int64_t n) { return paired_t_power(0.5, n); };
  const std::int64_t n = *smallest_n_for(0.8, 2, power_at);
  CHECK(n == 34);  // as G*Power and statsmodels' solve_power say, rounded up
  CHECK(power_at(n) >= 0.8);
  CHECK(power_at(n - 1) < 0.8);
  CHECK(smallest_n_for(0.8, 2, [](std::int64_t) { return 0.05; }).refusal().cause ==
        Cause::out_of_reach);
}

TEST_CASE("the smallest p-values of exact tests are the shares of one arrangement") {
  CHECK(smallest_p({.test = ExactTest::sign_flip, .n = 5}) == 0.0625);
  CHECK(smallest_p({.test = ExactTest::signed_rank, .tail = Tail::less, .n = 5}) == 0.03125);
  CHECK(smallest_p({.test = ExactTest::mcnemar, .n = 6}) == 0.03125);
  CHECK(smallest_p({.test = ExactTest::mcnemar_mid_p, .n = 6}) == 0.015625);
  CHECK(smallest_p({.test = ExactTest::mann_whitney, .n = 3, .second_n = 3}) == near(0.1));
  CHECK(smallest_p({.test = ExactTest::two_sample_permutation, .n = 3, .second_n = 4}) ==
        near(1.0 / 35));
  CHECK(smallest_p({.test = ExactTest::friedman, .n = 3, .arms = 3}) == near(1.0 / 36));
  CHECK(smallest_p({.test = ExactTest::sign_flip, .n = 0}) == 1);
  // Beyond 40 items arrangements are drawn: the test itself gives no less.
  const Differences pairs{std::vector<double>(41, 1.0)};
  CHECK(smallest_p({.test = ExactTest::sign_flip, .n = 41}) == sign_flip(pairs)->test.p);
  CHECK(smallest_p({.test = ExactTest::sign_flip, .n = 40}) == 0x1p-39);
  CHECK(smallest_p({.test = ExactTest::two_sample_permutation, .n = 21, .second_n = 20}) ==
        1.0 / 100'001);
}

TEST_CASE("an impossible request names the number that would do") {
  const Design five{.test = ExactTest::sign_flip, .n = 5};
  CHECK(out_of_reach(five, 0.05)->needed == 6);
  CHECK_FALSE(out_of_reach({.test = ExactTest::sign_flip, .n = 6}, 0.05));
  // The boundary is no rejection: 2/2^5 at a level of 0.0625.
  CHECK(out_of_reach(five, 0.0625));
  const auto shared = out_of_reach({.test = ExactTest::signed_rank, .n = 6}, 0.05, 3);
  CHECK(
      shared->reason ==
      "6 pairs: the smallest two-sided p of the Wilcoxon signed-rank test is 0.0312, so alpha 0.05 "
      "shared by 3 comparisons (0.0167 for the first) cannot be reached; use 7 or more");
  const auto groups = out_of_reach(
      {.test = ExactTest::mann_whitney, .tail = Tail::greater, .n = 2, .second_n = 2}, 0.05);
  CHECK(groups->reason ==
        "groups of 2 and 2 values: the smallest one-sided p of the Mann-Whitney test is 0.167, so "
        "alpha 0.05 cannot be reached; use 4 or more in each group");
  const auto drawn = out_of_reach({.test = ExactTest::sign_flip, .n = 60}, 1e-6);
  CHECK(drawn->needed == 21);
  CHECK_THAT(drawn->reason, Catch::EndsWith("use 21 to 40, beyond which arrangements are drawn"));
  const auto never = out_of_reach({.test = ExactTest::sign_flip, .n = 60}, 1e-13);
  CHECK_FALSE(never->needed);
  CHECK_THAT(never->reason, Catch::Contains("no number can"));
}

TEST_CASE("a plan with too few seeds is refused before they are spent") {
  const PairedPlan plan{.test = PairedTest::sign_flip, .effect = 2, .alpha = 0.05};
  CHECK(paired_power(plan, 5).refusal().cause == Cause::out_of_reach);
  CHECK(paired_power({.test = PairedTest::t, .effect = 2}, 1).refusal().cause == Cause::too_few);
  const PairedPlan three{.effect = 2, .comparisons = 3};
  CHECK(paired_power(three, 6).refusal().needed == 7);
}

TEST_CASE("simulated powers are near the t-test's, which uses normality as well") {
  const Sampling studies{.resamples = 3000, .seed = 2};
  for (PairedTest test : {PairedTest::sign_flip, PairedTest::signed_rank}) {
    const PairedPlan plan{.test = test, .effect = 1};
    const PairedPower found = *paired_power(plan, 15, studies);
    CHECK(found.method == Method::monte_carlo);
    CHECK(found.power == Approx(paired_t_power(1, 15)).margin(0.03));
    CHECK(found.standard_error > 0);
    CHECK(found.power == paired_power(plan, 15, studies)->power);
  }
}

TEST_CASE("pairs needed have the power, and are never fewer than can reach the level") {
  const Sampling studies{.resamples = 2000, .seed = 2};
  CHECK(*pairs_needed({.test = PairedTest::t, .effect = 0.5}, 0.8) == 34);
  CHECK(*pairs_needed({.test = PairedTest::sign_flip, .effect = 10}, 0.8, studies) == 6);
  const std::int64_t n = *pairs_needed({.test = PairedTest::sign_flip, .effect = 1}, 0.9, studies);
  CHECK(n >= 12);
  CHECK(n <= 15);
  // A level that drawn patterns cannot reach: more than 40 pairs would not help.
  const PairedPlan strict{.test = PairedTest::sign_flip, .effect = 1, .alpha = 1e-7};
  CHECK(*pairs_needed(strict, 0.3, studies) <= 40);
  CHECK_THAT(pairs_needed(strict, 0.999, studies).refusal().reason,
             Catch::StartsWith("even 40 values"));
  CHECK(pairs_needed({.effect = 0}, 0.8).refusal().cause == Cause::out_of_reach);
  CHECK(pairs_needed({.effect = 1, .tail = Tail::less}, 0.8).refusal().cause ==
        Cause::out_of_reach);
}

TEST_CASE("a textbook's perplexities need thousands of items to be told apart") {
  // 98.7 against 98.2 per cent: significant from about 4,690 items in each arm.
  CHECK(two_rates_power(0.987, 0.982, 1000, 1000) < 0.2);
  CHECK(two_rates_power(0.987, 0.982, 10'000, 10'000) > 0.8);
}
