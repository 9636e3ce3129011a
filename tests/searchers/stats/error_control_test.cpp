#include <numeric>

#include "searchers/numerics/rng.hpp"
#include "searchers/problem/error.hpp"
#include "searchers/stats/error_control/alpha_spending.hpp"
#include "searchers/stats/error_control/confidence_sequence.hpp"
#include "searchers/stats/error_control/corrections.hpp"
#include "searchers/stats/error_control/elimination.hpp"
#include "searchers/stats/error_control/reversal.hpp"
#include "searchers/stats/student_t.hpp"
#include "tests/searchers/stats/stats_support.hpp"

using namespace winnow::stats;
using namespace winnow::tests;

namespace {

const std::vector<std::pair<Correction, std::string>> all_corrections = {
    {Correction::bonferroni, "bonferroni"},
    {Correction::holm, "holm"},
    {Correction::hochberg, "hochberg"},
    {Correction::benjamini_hochberg, "benjamini_hochberg"},
    {Correction::benjamini_yekutieli, "benjamini_yekutieli"}};

Answer<TestResult> t_test(const Differences& pairs) {
  const Answer<TTest> found = paired_t(pairs);
  if (!found) return found.refusal();
  return found->test;
}

std::vector<Arm> arms_of(std::uint64_t seed, const std::vector<double>& means, std::size_t n) {
  std::vector<Arm> arms;
  for (std::size_t a = 0; a < means.size(); ++a) {
    arms.push_back({.id = a, .losses = bell_shaped(seed, static_cast<std::int64_t>(a), n)});
    for (double& loss : arms.back().losses) loss += means[a];
  }
  return arms;
}

}  // namespace

TEST_CASE("adjusted p-values equal those of statsmodels") {
  for (const auto& row : golden("planning")["corrections"])
    for (const auto& [correction, name] : all_corrections) {
      const std::vector<double> found = *adjusted(numbers(row["p"]), correction);
      const std::vector<double> expected = numbers(row[name]);
      for (std::size_t i = 0; i < expected.size(); ++i) CHECK(found[i] == near(expected[i], 1e-12));
    }
}

TEST_CASE("adjusted p-values keep the order, are never smaller, and grow with the family") {
  winnow::search::Rng rng(5, 0, "p-values");
  std::vector<double> p(200);
  for (double& value : p) value = std::pow(rng.uniform(), 3);
  for (const auto& [correction, name] : all_corrections) {
    const std::vector<double> found = *adjusted(p, correction);
    const std::vector<double> larger = *adjusted(p, correction, 300);
    for (std::size_t i = 0; i < p.size(); ++i) {
      CHECK(found[i] >= p[i]);
      CHECK(found[i] <= 1);
      CHECK(larger[i] >= found[i]);
      if (i > 0) CHECK((p[i] < p[i - 1] ? found[i] <= found[i - 1] : found[i] >= found[i - 1]));
    }
  }
  const auto holm = *adjusted(p, Correction::holm), hochberg = *adjusted(p, Correction::hochberg);
  const auto bonferroni = *adjusted(p, Correction::bonferroni);
  for (std::size_t i = 0; i < p.size(); ++i) {
    CHECK(hochberg[i] <= holm[i]);
    CHECK(holm[i] <= bonferroni[i]);
  }
}

TEST_CASE("no p-values, a single one and a NaN have defined ends") {
  CHECK(adjusted({}, Correction::holm)->empty());
  CHECK(adjusted(std::vector<double>{0.03}, Correction::benjamini_yekutieli)->front() == 0.03);
  CHECK(adjusted(std::vector<double>{0.03}, Correction::holm, 5)->front() == 0.15);
  CHECK(adjusted(std::vector<double>{0.1, NAN}, Correction::holm).refusal().cause ==
        Cause::not_finite);
  CHECK_THROWS_AS(adjusted(std::vector<double>{1.5}, Correction::holm), winnow::BrokenExpectation);
}

TEST_CASE("a million p-values are adjusted") {
  std::vector<double> p(1'000'000);
  for (std::size_t i = 0; i < p.size(); ++i) p[i] = static_cast<double>(i + 1) / 1e6;
  CHECK(adjusted(p, Correction::benjamini_hochberg)->front() == near(1.0));
  CHECK(adjusted(p, Correction::benjamini_yekutieli)->front() == 1);
}

TEST_CASE("spent levels and nominal levels equal integrals by another rule") {
  for (const auto& row : golden("planning")["sequential"]) {
    const Spending spending = row["kind"] == "pocock" ? Spending::pocock : Spending::obrien_fleming;
    const std::vector<double> times = numbers(row["times"]);
    for (std::size_t k = 0; k < times.size(); ++k)
      CHECK(spent(times[k], 0.05, spending) == near(row["spent"][k]));
    const std::vector<double> found = nominal_levels(times, increments(times, 0.05, spending));
    for (std::size_t k = 0; k < times.size(); ++k) CHECK(found[k] == near(row["levels"][k], 1e-8));
  }
}

TEST_CASE("Pocock's level of five looks is 0.0158") {
  for (const auto& row : golden("planning")["pocock"])
    CHECK(pocock_level(row["looks"], 0.05) == near(row["level"], 1e-8));
  CHECK(pocock_level(5, 0.05) == Approx(0.0158).margin(0.00005));
  CHECK(pocock_level(1, 0.05) == 0.05);
}

TEST_CASE("increments sum to the level and nominal levels are no smaller") {
  const std::vector<double> times = {0.2, 0.4, 0.6, 0.8, 1};
  for (Spending spending : {Spending::obrien_fleming, Spending::pocock}) {
    const std::vector<double> parts = increments(times, 0.05, spending);
    CHECK(std::accumulate(parts.begin(), parts.end(), 0.0) == near(0.05));
    const std::vector<double> levels = nominal_levels(times, parts);
    for (std::size_t k = 0; k < parts.size(); ++k) CHECK(levels[k] >= parts[k] * (1 - 1e-9));
  }
  CHECK(spent(0, 0.05, Spending::obrien_fleming) == 0);
  CHECK_THROWS_AS(increments({0.5, 0.4}, 0.05, Spending::pocock), winnow::BrokenExpectation);
}

TEST_CASE("nominal levels keep the level in simulated looks") {
  const std::vector<double> times = {0.25, 0.5, 0.75, 1};
  const std::vector<double> levels =
      nominal_levels(times, increments(times, 0.1, Spending::pocock));
  int rejected = 0;
  const int studies = 4000;
  for (int study = 0; study < studies; ++study) {
    const std::vector<double> values = bell_shaped(19, study, 40);
    double total = 0;
    bool is_rejected = false;
    for (std::size_t i = 0; i < 40; ++i) {
      total += values[i];
      if ((i + 1) % 10 != 0) continue;
      const double z = std::abs(total) / std::sqrt(static_cast<double>(i + 1));
      is_rejected |= std::erfc(z / std::sqrt(2.0)) < levels[i / 10];
    }
    rejected += is_rejected ? 1 : 0;
  }
  CHECK(rejected == Approx(0.1 * studies).margin(4 * std::sqrt(studies * 0.09)));
}

TEST_CASE("any-time valid e-values equal their double integral") {
  for (const auto& row : golden("planning")["anytime"]) {
    const std::vector<double> x = numbers(row["x"]);
    const AnytimeMean found = *anytime_mean(x, row["mu"], 0.95, row["c2"]);
    CHECK(found.e_value == near(row["e"], 1e-9));
    CHECK(found.p == near(std::min(1.0, 1 / found.e_value)));
    if (std::isinf(found.interval.low)) continue;
    // At the ends of the interval the evidence is just enough.
    for (double end : {found.interval.low, found.interval.high})
      CHECK(anytime_mean(x, end, 0.95, row["c2"])->e_value == near(20.0, 1e-8));
  }
}

TEST_CASE("an any-time interval looked at after every value errs as seldom as it says") {
  int erred = 0;
  const int studies = 1000;
  for (int study = 0; study < studies; ++study) {
    const std::vector<double> values = bell_shaped(23, study, 100);
    bool has_erred = false;
    for (std::size_t n = 2; n <= values.size(); ++n)
      has_erred |= anytime_mean(Values(values).first(n))->p < 0.1;
    erred += has_erred ? 1 : 0;
  }
  CHECK(erred <= 0.1 * studies + 4 * std::sqrt(studies * 0.09));
  CHECK(erred > 0);
}

TEST_CASE("one value or equal values say nothing, at any time") {
  CHECK(std::isinf(anytime_mean(std::vector<double>{1})->interval.high));
  CHECK(anytime_mean(std::vector<double>{1, 1, 1})->p == 1);
  CHECK(anytime_mean(Values()).refusal().cause == Cause::too_few);
}

TEST_CASE("a race drops a clear loser and names who beat it") {
  const std::vector<Arm> arms = arms_of(3, {0, 0, 4}, 12);
  const std::vector<Elimination> gone = *eliminate(arms, 0.01, t_test);
  REQUIRE(gone.size() == 1);
  CHECK(gone[0].loser == 2);
  CHECK(gone[0].winner != 2);
  CHECK(gone[0].mean_difference > 0);
  CHECK(gone[0].adjusted_p < 0.01);
  CHECK(gone[0].adjusted_p >= gone[0].p);
}

TEST_CASE("two losers go at the same look, equals stay") {
  const std::vector<Elimination> gone = *eliminate(arms_of(4, {5, 0, 0.01, 5}, 12), 0.01, t_test);
  REQUIRE(gone.size() == 2);
  CHECK(gone[0].loser == 0);
  CHECK(gone[1].loser == 3);
}

TEST_CASE("arms that left in silence count in the correction") {
  const std::vector<Arm> arms = arms_of(3, {0, 0, 4}, 12);
  const std::vector<Elimination> alone = *eliminate(arms, 0.01, t_test);
  const std::vector<Elimination> beside = *eliminate(arms, 0.01, t_test, 2);
  REQUIRE(beside.size() == 1);
  // The clearest of 3 pairs is multiplied by 3, of 10 by 10.
  CHECK(beside[0].adjusted_p == Approx(alone[0].adjusted_p * 10 / 3));
}

TEST_CASE("the chance of a reversal is that of a second way to compute it") {
  const Differences seen{.values = {0.3, -0.1, 0.4, 0.2, 0.25}};
  // SciPy 1.10.1: stats.t.cdf(-stats.ttest_1samp(d, 0).statistic * (12 / 7) ** 0.5, 4)
  CHECK(*reversal_probability(seen, 12) == Approx(0.015494881257566604).epsilon(1e-12));
  Differences other = seen;
  for (double& value : other.values) value = -value;
  CHECK(*reversal_probability(other, 12) == *reversal_probability(seen, 12));
  CHECK(*reversal_probability(seen, 6) < *reversal_probability(seen, 1000));
  CHECK(reversal_probability({.values = {1, 1, 1}}, 9).refusal().cause == Cause::constant);
  CHECK(reversal_probability({.values = {1}}, 9).refusal().cause == Cause::too_few);
}

TEST_CASE("a sign that was called safe turns no more often than was said") {
  constexpr int studies = 4000;
  constexpr double called = 0.1;
  for (const double truth : {0.0, 0.4}) {
    int turned = 0;
    for (int study = 0; study < studies; ++study) {
      winnow::search::Rng rng(9, study, "reversals");
      std::vector<double> all(12);
      for (double& value : all) value = truth + rng.normal();
      const Differences seen{.values = {all.begin(), all.begin() + 6}};
      if (*reversal_probability(seen, 12) >= called) continue;
      turned += mean(seen.values) * mean(all) < 0;
    }
    CHECK(turned <= called * studies);
    if (truth == 0) CHECK(turned > 0);
  }
}

TEST_CASE("a race of one arm, of equal arms and of unequal lists has defined ends") {
  CHECK(eliminate(arms_of(1, {0}, 5), 0.01, t_test)->empty());
  const Arm one{.id = 1, .losses = {1, 2, 3}}, same{.id = 2, .losses = {1, 2, 3}};
  CHECK(eliminate({one, same}, 0.01, t_test)->empty());
  const Arm shorter{.id = 3, .losses = {1, 2}};
  CHECK(eliminate({one, shorter}, 0.01, t_test).refusal().cause == Cause::unequal);
  const Arm failed{.id = 4, .losses = {1, NAN, 3}};
  CHECK(eliminate({one, failed}, 0.01, t_test).refusal().cause == Cause::not_finite);
}

TEST_CASE("equal arms are dropped at no more looks than the level allows") {
  int erred = 0;
  const int studies = 1500;
  for (int study = 0; study < studies; ++study) {
    const std::vector<Arm> arms =
        arms_of(1000 + static_cast<std::uint64_t>(study), {0, 0, 0, 0}, 10);
    erred += eliminate(arms, 0.1, t_test)->empty() ? 0 : 1;
  }
  CHECK(erred <= 0.1 * studies + 4 * std::sqrt(studies * 0.09));
}
