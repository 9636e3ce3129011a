#include "searchers/stats/groups/friedman.hpp"
#include "searchers/stats/groups/kruskal_wallis.hpp"
#include "searchers/stats/mann_whitney.hpp"
#include "searchers/stats/order_of_pairs.hpp"
#include "searchers/stats/signed_rank.hpp"
#include "tests/searchers/stats/stats_support.hpp"

using namespace winnow::stats;
using namespace winnow::tests;

TEST_CASE("signed-rank tests without ties equal SciPy's") {
  for (const auto& row : golden("rank_tests")["signed"]) {
    const Tail tail = tail_named(row["tail"]);
    const Differences pairs{numbers(row["d"])};
    const SignedRank found = *signed_rank(pairs, {.tail = tail});
    CHECK(found.test.statistic == number(row["w"]));
    CHECK(found.test.method == Method::exact);
    CHECK(found.test.p == near(row["exact"]));
    if (!row.contains("limit")) continue;
    CHECK(signed_rank(pairs, {.tail = tail, .effort = Effort::approximate})->test.p ==
          near(row["limit"]));
  }
}

TEST_CASE("signed-rank tests with ties and zeros are exact over all patterns of signs") {
  for (const auto& row : golden("rank_tests")["signed_ties"]) {
    SignedRankQuestion question{.tail = tail_named(row["tail"])};
    question.zeros = row["zeros"] == "pratt" ? Zeros::ranked : Zeros::dropped;
    const Differences pairs{numbers(row["d"])};
    if (row.contains("p")) {
      const SignedRank found = *signed_rank(pairs, question);
      CHECK(found.test.statistic == number(row["w"]));
      CHECK(found.test.p == near(row["p"]));
    } else {
      question.effort = Effort::approximate;
      CHECK(signed_rank(pairs, question)->test.p == near(row["limit"]));
    }
  }
}

TEST_CASE("all differences zero are no evidence to the signed-rank test") {
  const SignedRank found = *signed_rank({{0, 0, 0}});
  CHECK(found.test.p == 1);
  CHECK(found.zeros == 3);
  CHECK(found.rank_biserial == 0);
  CHECK(signed_rank({{}}).refusal().cause == Cause::too_few);
  CHECK(signed_rank({{1, NAN}}).refusal().cause == Cause::not_finite);
}

TEST_CASE("dropping zeros first can weaken a growing difference, ranking them cannot") {
  // Pratt's point: raise the zero to a small positive value and the evidence must not shrink.
  const Differences with_zero{{0, 2, 3, 4, 6, 7, 8, 9, 11, -5}};
  const Differences raised{{1, 2, 3, 4, 6, 7, 8, 9, 11, -5}};
  const SignedRankQuestion ranked{.tail = Tail::greater, .zeros = Zeros::ranked};
  CHECK(signed_rank(raised, ranked)->test.p <= signed_rank(with_zero, ranked)->test.p);
}

TEST_CASE("centres and intervals by ranks equal listing all averages") {
  for (const auto& row : golden("rank_tests")["centre"]) {
    const Centre found = *centre_of_ranks({numbers(row["d"])});
    CHECK(found.estimate == near(row["estimate"], 1e-10, 1e-15));
    REQUIRE(found.interval.has_value() == row.contains("low"));
    if (found.interval) check_interval(*found.interval, number(row["low"]), number(row["high"]));
  }
}

TEST_CASE("Mann-Whitney tests equal SciPy's") {
  for (const auto& row : golden("rank_tests")["whitney"]) {
    const Tail tail = tail_named(row["tail"]);
    const std::vector<double> x = numbers(row["x"]), y = numbers(row["y"]);
    const TestResult found = *mann_whitney(x, y, {.tail = tail});
    CHECK(found.statistic == number(row["u"]));
    CHECK(found.method == Method::exact);
    CHECK(found.p == near(row["exact"]));
    CHECK(mann_whitney(y, x, {.tail = mirrored(tail)})->p == near(found.p, 1e-12));
    CHECK(mann_whitney(x, y, {.tail = tail, .effort = Effort::approximate})->p ==
          near(row["limit"]));
  }
}

TEST_CASE("Mann-Whitney tests with ties are exact over all deals") {
  for (const auto& row : golden("rank_tests")["whitney_ties"]) {
    const Tail tail = tail_named(row["tail"]);
    const std::vector<double> x = numbers(row["x"]), y = numbers(row["y"]);
    CHECK(mann_whitney(x, y, {.tail = tail})->statistic == number(row["u"]));
    CHECK(mann_whitney(x, y, {.tail = tail})->p == near(row["p"]));
    CHECK(mann_whitney(x, y, {.tail = tail, .effort = Effort::approximate})->p ==
          near(row["limit"]));
  }
  CHECK(mann_whitney(std::vector<double>{2, 2}, std::vector<double>{2})->p == 1);
  CHECK(mann_whitney({}, std::vector<double>{2}).refusal().cause == Cause::too_few);
}

TEST_CASE("a p-value that equals the level is not moved across it by rounding") {
  // 1 of 20 deals.
  const TestResult found = *mann_whitney(std::vector<double>{4, 5, 6}, std::vector<double>{1, 2, 3},
                                         {.tail = Tail::greater});
  CHECK(found.p == 0.05);
  CHECK_FALSE(rejects(found.p, 0.05));
}

TEST_CASE("shifts between groups equal listing all differences") {
  for (const auto& row : golden("rank_tests")["shift"]) {
    const Shift found = *shift_between(numbers(row["x"]), numbers(row["y"]));
    CHECK(found.estimate == near(row["estimate"], 1e-10, 1e-15));
    REQUIRE(found.interval.has_value() == row.contains("low"));
    if (found.interval) check_interval(*found.interval, number(row["low"]), number(row["high"]));
  }
}

TEST_CASE("rank procedures take a million values") {
  std::vector<double> values(1'000'000);
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = static_cast<double>((i * 7919) % 1'000'003) / 1e6 - 0.4;
  const SignedRank found = *signed_rank({values});
  CHECK(found.test.method == Method::approximate);
  CHECK(found.test.p < 1e-100);
  const Centre centre = *centre_of_ranks({values});
  CHECK(centre.interval->contains(centre.estimate));
  CHECK(centre.estimate == Approx(0.1).margin(0.01));
  const Values all = values;
  const TestResult halves = *mann_whitney(all.first(400'000), all.subspan(400'000));
  CHECK(halves.p <= 1);
  CHECK(halves.method == Method::approximate);
}

TEST_CASE("Kruskal-Wallis tests equal SciPy's, and are exact for small groups") {
  for (const auto& row : golden("rank_tests")["kruskal"]) {
    const auto groups = table(row["groups"]);
    const KruskalWallis found = *kruskal_wallis(groups, Effort::approximate);
    CHECK(found.test.statistic == near(row["h"]));
    CHECK(found.test.p == near(row["p"]));
  }
  for (const auto& row : golden("rank_tests")["kruskal_exact"]) {
    const auto groups = table(row["groups"]);
    const KruskalWallis found = *kruskal_wallis(groups);
    CHECK(found.test.method == Method::exact);
    CHECK(found.test.statistic == near(row["h"]));
    CHECK(found.test.p == near(row["p"]));
    const double sampled =
        kruskal_wallis(groups, Effort::monte_carlo, {.resamples = 20'000})->test.p;
    CHECK(sampled == Approx(found.test.p).margin(4 * 0.0036));
  }
}

TEST_CASE("groups of equal values do not differ") {
  const std::vector<std::vector<double>> equal = {{1, 1}, {1}, {1, 1, 1}};
  CHECK(kruskal_wallis(equal)->test.p == 1);
  const std::vector<std::vector<double>> empty = {{1, 1}, {}};
  CHECK(kruskal_wallis(empty).refusal().cause == Cause::too_few);
}

TEST_CASE("Friedman tests equal SciPy's, Iman and Davenport's F its formula") {
  for (const auto& row : golden("rank_tests")["friedman"]) {
    const auto rows = table(row["rows"]);
    const Friedman found = *friedman(rows, Effort::approximate);
    CHECK(found.chi_squared.statistic == near(row["chi2"]));
    CHECK(found.chi_squared.p == near(row["p"]));
    CHECK(found.iman_davenport.statistic == near(row["f"]));
    CHECK(found.iman_davenport.p == near(row["f_p"]));
    CHECK(found.kendalls_w == near(row["w"]));
    const std::vector<double> ranks = numbers(row["ranks"]);
    for (std::size_t j = 0; j < ranks.size(); ++j) CHECK(found.mean_ranks[j] == near(ranks[j]));
  }
}

TEST_CASE("small Friedman tests are exact over all orders within blocks") {
  for (const auto& row : golden("rank_tests")["friedman_exact"]) {
    const auto rows = table(row["rows"]);
    const Friedman found = *friedman(rows);
    CHECK(found.chi_squared.method == Method::exact);
    CHECK(found.chi_squared.p == near(row["p"]));
    CHECK(found.iman_davenport.p == found.chi_squared.p);
  }
}

TEST_CASE("complete agreement of blocks has an infinite F and an exact p-value") {
  const std::vector<std::vector<double>> rows(40, {1, 2, 3, 4, 5, 6, 7, 8, 9});
  const Friedman found = *friedman(rows, Effort::approximate);
  CHECK(std::isinf(found.iman_davenport.statistic));
  CHECK(found.kendalls_w == 1);
  CHECK(found.iman_davenport.p == near(std::exp(-39 * std::lgamma(10.0))));
}

TEST_CASE("blocks without any order, of unequal length, or with NaN have defined ends") {
  const std::vector<std::vector<double>> constant = {{1, 1, 1}, {2, 2, 2}};
  CHECK(friedman(constant)->chi_squared.p == 1);
  const std::vector<std::vector<double>> unequal = {{1, 2, 3}, {1, 2}};
  CHECK(friedman(unequal).refusal().cause == Cause::unequal);
  const std::vector<std::vector<double>> nan = {{1, 2, 3}, {1, NAN, 2}};
  CHECK(friedman(nan).refusal().cause == Cause::not_finite);
}

TEST_CASE("p-values of rank tests are below the level about as often as it says") {
  int signed_hits = 0, whitney_hits = 0, friedman_hits = 0;
  const int studies = 2000;
  for (int study = 0; study < studies; ++study) {
    const std::vector<double> x = bell_shaped(31, 3 * study, 12);
    const std::vector<double> y = bell_shaped(31, 3 * study + 1, 12);
    signed_hits += signed_rank({x})->test.p < 0.1 ? 1 : 0;
    whitney_hits += mann_whitney(x, y)->p < 0.1 ? 1 : 0;
    const std::vector<double> z = bell_shaped(31, 3 * study + 2, 12);
    std::vector<std::vector<double>> rows;
    for (std::size_t i = 0; i < 12; ++i) rows.push_back({x[i], y[i], z[i]});
    friedman_hits += friedman(rows)->chi_squared.p < 0.1 ? 1 : 0;
  }
  const double allowed = 4 * std::sqrt(studies * 0.1 * 0.9);
  for (int hits : {signed_hits, whitney_hits, friedman_hits}) {  // steps of exact p-values: below
    CHECK(hits < studies * 0.1 + allowed);
    CHECK(hits > studies * 0.07 - allowed);
  }
}
