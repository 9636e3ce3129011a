#include "orchestrator/decision/selection_plan.hpp"

#include "searchers/problem/error.hpp"
#include "searchers/stats/planning/feasibility.hpp"
#include "searchers/stats/planning/paired_plan.hpp"

namespace winnow::run {
namespace {

stats::PairedPlan plan_of(const SelectionSpec& selection) {
  expect(selection.power.has_value(), "a power is requested");
  stats::PairedPlan plan;
  if (selection.test == PairedTest::paired_t) plan.test = stats::PairedTest::t;
  if (selection.test == PairedTest::wilcoxon) plan.test = stats::PairedTest::signed_rank;
  plan.effect = selection.power->effect;
  plan.alpha = selection.alpha;
  plan.comparisons = selection.finalists;
  return plan;
}

/// How strongly folds agree depends on model and data, and with it the power of the test on folds.
std::optional<stats::Refusal> no_plan(const SelectionSpec& selection) {
  if (selection.test != PairedTest::corrected_t) return std::nullopt;
  return stats::Refusal{stats::Cause::out_of_reach,
                        "the power of corrected_t depends on how much the folds agree, which is "
                        "not known before; give `seeds`, or take another test"};
}

}  // namespace

stats::Answer<std::int64_t> seeds_needed(const SelectionSpec& selection) {
  if (auto refusal = no_plan(selection)) return *std::move(refusal);
  return stats::pairs_needed(plan_of(selection), selection.power->power);
}

stats::Answer<double> power_reached(const SelectionSpec& selection) {
  if (auto refusal = no_plan(selection)) return *std::move(refusal);
  const auto power = stats::paired_power(plan_of(selection), selection.seeds);
  if (!power) return power.refusal();
  return power->power;
}

std::optional<stats::Refusal> impossible(const SelectionSpec& selection) {
  if (selection.test == PairedTest::corrected_t) return std::nullopt;
  if (selection.test == PairedTest::paired_t) {
    if (selection.seeds >= 2) return std::nullopt;
    return stats::Refusal{stats::Cause::too_few, "a t-test needs 2 seeds or more", 2};
  }
  stats::Design design;
  design.test = selection.test == PairedTest::wilcoxon ? stats::ExactTest::signed_rank
                                                       : stats::ExactTest::sign_flip;
  design.n = selection.seeds;
  return stats::out_of_reach(design, selection.alpha, selection.finalists);
}

}  // namespace winnow::run
