#include "searchers/stats/planning/paired_plan.hpp"

#include <boost/math/constants/constants.hpp>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <optional>

#include "searchers/numerics/rng.hpp"
#include "searchers/stats/planning/feasibility.hpp"
#include "searchers/stats/planning/power.hpp"
#include "searchers/stats/sign_flip.hpp"
#include "searchers/stats/signed_rank.hpp"

namespace winnow::stats {
namespace {

constexpr std::int64_t most_flipped = 20;  // 10,000 exact tests take tenths of a second
constexpr std::int64_t most_ranked = 30;   // the same

double alpha_of_one(const PairedPlan& plan) {
  return plan.alpha / static_cast<double>(plan.comparisons);
}

/// Needs a test that counts arrangements.
Design design_of(const PairedPlan& plan, std::int64_t n) {
  const ExactTest test =
      plan.test == PairedTest::sign_flip ? ExactTest::sign_flip : ExactTest::signed_rank;
  return {.test = test, .tail = plan.tail, .n = n};
}

std::optional<Refusal> fault_of(const PairedPlan& plan, std::int64_t n) {
  expect(plan.alpha > 0 && plan.alpha < 1 && plan.comparisons >= 1, "a level, shared or not");
  if (plan.test == PairedTest::t) {
    if (n >= 2) return std::nullopt;
    return Refusal{Cause::too_few, "a t-test needs 2 pairs or more", 2};
  }
  return out_of_reach(design_of(plan, n), plan.alpha, plan.comparisons);
}

// Study s has the stream (seed, s): more pairs go on with the same ones, which makes the simulated
// power grow smoothly with n.
Differences simulated(const PairedPlan& plan, std::int64_t n, const Sampling& studies,
                      std::int64_t study) {
  const boost::math::normal_distribution<double> normal;
  search::Rng rng(studies.seed, study, "paired power");
  Differences pairs;
  for (std::int64_t i = 0; i < n; ++i)
    pairs.values.push_back(plan.effect + quantile(normal, rng.uniform() + 0x1p-54));  // never 0
  return pairs;
}

double p_of(const PairedPlan& plan, const Differences& pairs) {
  if (plan.test == PairedTest::sign_flip) return sign_flip(pairs, {.tail = plan.tail})->test.p;
  return signed_rank(pairs, {.tail = plan.tail})->test.p;
}

PairedPower simulated_power(const PairedPlan& plan, std::int64_t n, const Sampling& studies) {
  expect(studies.resamples >= 1, "a power is simulated by one study or more");
  std::int64_t found = 0;
  for (std::int64_t study = 0; study < studies.resamples; ++study)
    found += rejects(p_of(plan, simulated(plan, n, studies, study)), alpha_of_one(plan)) ? 1 : 0;
  const auto all = static_cast<double>(studies.resamples);
  const double power = static_cast<double>(found) / all;
  return {.power = power,
          .method = Method::monte_carlo,
          .standard_error = std::sqrt(power * (1 - power) / all)};
}

}  // namespace

Answer<PairedPower> paired_power(const PairedPlan& plan, std::int64_t n, const Sampling& studies) {
  if (auto fault = fault_of(plan, n)) return *fault;
  const bool is_simulated = (plan.test == PairedTest::sign_flip && n <= most_flipped) ||
                            (plan.test == PairedTest::signed_rank && n <= most_ranked);
  if (is_simulated) return simulated_power(plan, n, studies);
  const double efficiency =
      plan.test == PairedTest::signed_rank ? 3 / boost::math::constants::pi<double>() : 1;
  const auto worth = static_cast<std::int64_t>(efficiency * static_cast<double>(n));
  return PairedPower{.power = paired_t_power(plan.effect, worth, {alpha_of_one(plan), plan.tail}),
                     .method = plan.test == PairedTest::t ? Method::exact : Method::approximate};
}

Answer<std::int64_t> pairs_needed(const PairedPlan& plan, double power, const Sampling& studies) {
  const bool has_effect = plan.tail == Tail::two_sided ? plan.effect != 0
                          : plan.tail == Tail::greater ? plan.effect > 0
                                                       : plan.effect < 0;
  if (!has_effect) {
    return Refusal{Cause::out_of_reach,
                   "no number of pairs finds an effect of 0, or one on the other side: name the "
                   "smallest difference worth finding"};
  }
  const auto power_at = [&](std::int64_t n) { return paired_power(plan, n, studies)->power; };
  if (plan.test == PairedTest::t) return smallest_n_for(power, 2, power_at);
  const Design design = design_of(plan, 1);
  const auto least = smallest_n(design, plan.alpha, plan.comparisons);
  if (!least) return *out_of_reach(design, plan.alpha, plan.comparisons);
  const auto most = largest_n(design, plan.alpha, plan.comparisons);
  return smallest_n_for(power, *least, power_at, most.value_or(most_planned));
}

}  // namespace winnow::stats
