#include <boost/math/distributions/chi_squared.hpp>

#include "searchers/stats/distributions/noncentral.hpp"
#include "searchers/stats/dominance.hpp"
#include "searchers/stats/effect_size.hpp"
#include "tests/searchers/stats/stats_support.hpp"

using namespace winnow::stats;
using namespace winnow::tests;

TEST_CASE("noncentral t equals an integral in mpmath") {
  for (const auto& row : golden("effect_sizes")["noncentral"]) {
    const double found = noncentral_t_upper(row["t"], row["v"], row["delta"]);
    CHECK(found == near(row["upper"]));
    CHECK(noncentral_t_lower(-number(row["t"]), row["v"], -number(row["delta"])) == found);
  }
}

TEST_CASE("standardised means and their intervals equal mpmath's") {
  for (const auto& row : golden("effect_sizes")["mean"]) {
    const StandardisedMean found = *standardised_mean(numbers(row["x"]));
    CHECK(found.cohens_d == near(row["d"]));
    CHECK(found.hedges_g == near(row["g"]));
    check_interval(found.d_interval, number(row["low"]), number(row["high"]));
    CHECK(found.g_interval.low == near(found.d_interval.low * found.hedges_g / found.cohens_d));
  }
  for (const auto& row : golden("effect_sizes")["two"]) {
    const std::vector<double> x = numbers(row["x"]), y = numbers(row["y"]);
    const StandardisedMean found = *standardised_difference(x, y);
    CHECK(found.cohens_d == near(row["d"]));
    CHECK(found.hedges_g == near(row["g"]));
    check_interval(found.d_interval, number(row["low"]), number(row["high"]));
    const StandardisedMean turned = *standardised_difference(y, x);
    CHECK(turned.cohens_d == -found.cohens_d);
    check_interval(turned.d_interval, -found.d_interval.high, -found.d_interval.low, 1e-9);
  }
}

TEST_CASE("two values give an effect size, constant ones none") {
  const StandardisedMean found = *standardised_mean(std::vector<double>{1, 2});
  CHECK(found.d_interval.contains(found.cohens_d));
  CHECK(found.hedges_g == 0);
  CHECK(standardised_mean(std::vector<double>{2, 2}).refusal().cause == Cause::constant);
  CHECK(standardised_mean(std::vector<double>{2}).refusal().cause == Cause::too_few);
}

TEST_CASE("an effect size of a million values has a narrow interval") {
  const StandardisedMean found = *standardised_mean(bell_shaped(6, 0, 1'000'000), -10.0);
  CHECK(found.cohens_d == Approx(10).margin(0.1));
  CHECK(found.d_interval.contains(found.cohens_d));
  CHECK(found.d_interval.high - found.d_interval.low < 0.04);
}

TEST_CASE("Vargha and Delaney's A counts pairs, its interval equals Newcombe's equation") {
  for (const auto& row : golden("effect_sizes")["dominance"]) {
    const std::vector<double> x = numbers(row["x"]), y = numbers(row["y"]);
    const Dominance found = *dominance(x, y);
    CHECK(found.superiority == near(row["a"]));
    check_interval(found.superiority_interval, number(row["low"]), number(row["high"]), 1e-9);
    CHECK(found.cliffs_delta == near(2 * number(row["a"]) - 1, 1e-10, 1e-15));
    const Dominance turned = *dominance(y, x);
    CHECK(turned.superiority == near(1 - found.superiority, 1e-14));
    CHECK(turned.superiority_interval.low ==
          near(1 - found.superiority_interval.high, 1e-9, 1e-12));
  }
}

TEST_CASE("complete dominance has an interval that ends at 1 and begins below it") {
  const Dominance found = *dominance(std::vector<double>{5, 6}, std::vector<double>{1, 2, 3});
  CHECK(found.superiority == 1);
  CHECK(found.superiority_interval.high == 1);
  CHECK(found.superiority_interval.low < 0.9);
  CHECK(found.superiority_interval.low > 0.2);
  CHECK(dominance({}, std::vector<double>{1}).refusal().cause == Cause::too_few);
}

TEST_CASE("of pairs, superiority counts ties as a half") {
  const PairedSuperiority found = *paired_superiority({{1, -2, 0, 3, 0.5}});
  CHECK(found.superiority == 0.7);
  CHECK(found.interval.contains(0.7));
  CHECK(paired_superiority({{}}).refusal().cause == Cause::too_few);
}

TEST_CASE("the rank-biserial of pairs is 1 where all differences are positive") {
  const RankBiserial found = *matched_rank_biserial({{1, 2, 3, 4}});
  CHECK(found.value == 1);
  CHECK(found.interval.high == near(1.0, 1e-14));
  CHECK(found.interval.low < 1);
  CHECK(matched_rank_biserial({{1, -1, 2, -2}})->value == 0);
  CHECK(matched_rank_biserial({{0, 0}}).refusal().cause == Cause::constant);
}

TEST_CASE("an effect of a thousand million deviations has an interval, at once") {
  // T / δ is then 1 / s alone: its bounds are those of the deviation s = √(χ²/ν).
  const double degrees = 5;
  const boost::math::chi_squared_distribution<double> squared(degrees);
  for (const double t : {1e9, -1e9, 1e15}) {
    const Interval found = noncentral_t_interval(t, degrees, 0.95);
    const double nearer = t * std::sqrt(quantile(squared, 0.025) / degrees);
    const double farther = t * std::sqrt(quantile(squared, 0.975) / degrees);
    CHECK(found.low == near(std::min(nearer, farther), 1e-8));
    CHECK(found.high == near(std::max(nearer, farther), 1e-8));
  }
  CHECK(noncentral_t_upper(1, 3, -1e6) == 0);
  CHECK(noncentral_t_lower(1, 3, -1e6) == 1);
}
