#include <cmath>

#include "searchers/stats/assumptions/shapiro_wilk.hpp"
#include "searchers/stats/assumptions/spread.hpp"
#include "searchers/stats/distributions/studentized_range.hpp"
#include "searchers/stats/groups/anova.hpp"
#include "searchers/stats/groups/critical_difference.hpp"
#include "searchers/stats/groups/repeated_anova.hpp"
#include "searchers/stats/student_t.hpp"
#include "tests/searchers/stats/stats_support.hpp"

using namespace winnow::stats;
using namespace winnow::tests;

TEST_CASE("one-way analyses of variance equal SciPy's, Welch's that of statsmodels") {
  for (const auto& row : golden("groups")["anova"]) {
    const auto groups = table(row["groups"]);
    const Anova found = *one_way_anova(groups);
    CHECK(found.test.statistic == near(row["f"]));
    CHECK(found.test.p == near(row["p"]));
    check_interval(found.eta_squared_interval, number(row["low"]), number(row["high"]), 1e-9,
                   1e-11);
    const TestResult welch = *welch_anova(groups);
    CHECK(welch.statistic == near(row["welch_f"]));
    CHECK(*welch.denominator_degrees == near(row["welch_df"]));
    CHECK(welch.p == near(row["welch_p"]));
  }
}

TEST_CASE("an analysis of variance of two groups is the squared t-test") {
  const std::vector<std::vector<double>> groups = {{1.5, 2, 4, 3}, {2, 5, 6, 4.5, 3}};
  const TTest t = *welch_t(groups[0], groups[1]);
  CHECK(welch_anova(groups)->p == near(t.test.p));
  CHECK(welch_anova(groups)->statistic == near(t.test.statistic * t.test.statistic));
}

TEST_CASE("analyses of variance equal those of statsmodels for repeated measures") {
  for (const auto& row : golden("groups")["repeated"]) {
    const auto rows = table(row["rows"]);
    const RepeatedAnova found = *repeated_anova(rows);
    CHECK(found.test.statistic == near(row["f"]));
    CHECK(found.test.p == near(row["p"]));
    CHECK(found.greenhouse_geisser == near(row["gg"]));
    CHECK(found.huynh_feldt == near(row["hf"]));
    CHECK(found.greenhouse_geisser_p == near(row["gg_p"]));
    CHECK(found.huynh_feldt_p == near(row["hf_p"]));
  }
}

TEST_CASE("repeated measures of two arms are the paired t-test") {
  const std::vector<std::vector<double>> rows = {{1, 2}, {3, 5}, {2, 2.5}, {4, 6}, {7, 7.5}};
  Differences pairs;
  for (const auto& row : rows) pairs.values.push_back(row[0] - row[1]);
  const RepeatedAnova found = *repeated_anova(rows);
  CHECK(found.test.p == near(paired_t(pairs)->test.p));
  CHECK(found.greenhouse_geisser == near(1.0));
  CHECK(found.greenhouse_geisser_p == near(found.test.p));
}

TEST_CASE("groups that do not vary have no analysis of variance") {
  const std::vector<std::vector<double>> constant = {{1, 1}, {2, 2}};
  CHECK(one_way_anova(constant).refusal().cause == Cause::constant);
  const std::vector<std::vector<double>> single = {{1}, {2}};
  CHECK(one_way_anova(single).refusal().needed == 3);
  const std::vector<std::vector<double>> one_constant = {{1, 1}, {2, 3}};
  CHECK(one_way_anova(one_constant));
  CHECK(welch_anova(one_constant).refusal().cause == Cause::constant);
  const std::vector<std::vector<double>> shifted = {{0.1, 0.2, 0.3}, {0.4, 0.5, 0.6}};
  CHECK(repeated_anova(shifted).refusal().cause == Cause::constant);
  const std::vector<std::vector<double>> alone = {{1, 2, 3}};
  CHECK(one_way_anova(alone).refusal().cause == Cause::too_few);
}

TEST_CASE("Levene's and Brown and Forsythe's tests equal SciPy's") {
  for (const auto& row : golden("groups")["spread"]) {
    const auto groups = table(row["groups"]);
    // Two values lie equally far from their centre: then nothing is left to compare.
    if (groups[0].size() == 2 && groups[1].size() == 2) {
      CHECK(equal_spread(groups).refusal().cause == Cause::constant);
      continue;
    }
    CHECK(equal_spread(groups, GroupCentre::mean)->statistic == near(row["mean"]));
    CHECK(equal_spread(groups, GroupCentre::mean)->p == near(row["mean_p"]));
    CHECK(equal_spread(groups)->statistic == near(row["median"]));
    CHECK(equal_spread(groups)->p == near(row["median_p"]));
  }
}

TEST_CASE("Shapiro-Wilk tests equal SciPy's as far as its single precision goes") {
  for (const auto& row : golden("groups")["shapiro"]) {
    const TestResult found = *shapiro_wilk(numbers(row["x"]));
    const double w = row["w"];
    CHECK(found.statistic == near(w, 1e-6));
    // SciPy rounds W to single precision. Where ln(1 - W) is normal with a spread of 0.38 at the
    // least (up to 5000 values), that makes 0.4 / 0.38 of the relative error of 1 - W of p.
    const double rounding = 1.05 * std::abs(found.statistic - w) / (1 - w);
    CHECK(found.p == near(row["p"], 1e-5, 1e-6 + rounding));
  }
}

TEST_CASE("normality is asked of 3 to 5000 values that vary") {
  CHECK(shapiro_wilk(std::vector<double>{1, 2}).refusal().needed == 3);
  CHECK(shapiro_wilk(std::vector<double>(10, 0.3)).refusal().cause == Cause::constant);
  CHECK(shapiro_wilk(std::vector<double>(1'000'000, 0)).refusal().cause == Cause::too_many);
  CHECK(shapiro_wilk(std::vector<double>{1, 2, 3})->p == near(1.0, 1e-6));
}

TEST_CASE("the studentized range equals SciPy's, and an independent rule in the tails") {
  for (const auto& row : golden("groups")["ranges"]) {
    // The trapezoidal rule of the script loses digits to its gamma function: 1e-12 at 1000 degrees.
    const double found = studentized_range_upper(row["q"], row["k"], number(row["v"]));
    CHECK(found == near(row["p"], row["by"] == "scipy" ? 1e-10 : 1e-11));
  }
  for (const auto& row : golden("groups")["critical"])
    CHECK(studentized_range_quantile_upper(row["p"], row["k"], number(row["v"])) ==
          near(row["q"], 1e-9));
  CHECK(studentized_range_upper(0, 3, 5) == 1);
}

TEST_CASE("Nemenyi's and Conover's comparisons equal their formulae in SciPy") {
  for (const auto& row : golden("groups")["post_hoc"]) {
    const auto rows = table(row["rows"]);
    const PostHoc by_range = *nemenyi(rows), by_t = *conover(rows);
    const auto expected = numbers(row["nemenyi"]), expected_t = numbers(row["conover"]);
    REQUIRE(by_range.pairs.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      CHECK(by_range.pairs[i].p == near(expected[i]));
      CHECK(by_t.pairs[i].p == near(expected_t[i]));
    }
    const auto arms = static_cast<int>(rows[0].size());
    const auto blocks = static_cast<std::int64_t>(rows.size());
    CHECK(nemenyi_critical_difference(arms, blocks, 0.05) == near(row["cd"], 1e-9));
  }
}

TEST_CASE("Conover's test of complete agreement is no surer than the agreement") {
  const std::vector<std::vector<double>> rows(3, {1, 2, 3});
  const PostHoc found = *conover(rows);
  for (const PairComparison& pair : found.pairs) CHECK(pair.p == near(1.0 / 36));
  CHECK(std::isinf(found.pairs[0].statistic));
}

TEST_CASE("bars lie over the longest runs that are not told apart") {
  const std::vector<std::size_t> order = {2, 0, 3, 1};
  const auto pair = [](std::size_t a, std::size_t b, double p) {
    return PairComparison{.first = a, .second = b, .p = p};
  };
  // In the order 2 0 3 1: apart are 2–3, 2–1 and 0–1.
  const std::vector<PairComparison> pairs = {pair(0, 1, 0.01), pair(0, 2, 0.5),  pair(0, 3, 0.3),
                                             pair(1, 2, 0.00), pair(1, 3, 0.06), pair(2, 3, 0.04)};
  CHECK(bars_of(order, pairs, 0.05) == std::vector<Bar>{{0, 1}, {1, 2}, {2, 3}});
  CHECK(bars_of(order, pairs, 0.001) == std::vector<Bar>{{0, 2}, {1, 3}});
  CHECK(bars_of({0, 1}, {pair(0, 1, 0.01)}, 0.05).empty());
  CHECK(bars_of({0, 1}, {pair(0, 1, 0.2)}, 0.05) == std::vector<Bar>{{0, 1}});
}

TEST_CASE("a ranking tells a clear loser apart and leaves equals together") {
  std::vector<std::vector<double>> rows;
  for (int block = 0; block < 20; ++block) {
    const std::vector<double> noise = bell_shaped(8, block, 3);
    rows.push_back({noise[0], noise[1] + 9, noise[2]});
  }
  for (const Ranking& found : {*rank_by_nemenyi(rows), *rank_by_signed_ranks(rows)}) {
    CHECK(found.order.back() == 1);
    CHECK(found.bars == std::vector<Bar>{{0, 1}});
  }
  const std::vector<std::vector<double>> few(rows.begin(), rows.begin() + 5);
  const Answer<Ranking> refused = rank_by_signed_ranks(few);
  CHECK(refused.refusal().cause == Cause::out_of_reach);
  CHECK(refused.refusal().reason.find("shared by 3 comparisons") != std::string::npos);
  CHECK(rank_by_nemenyi(few));
}
