#include "orchestrator/decision/claim.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>

#include "searchers/problem/error.hpp"
#include "searchers/stats/assumptions/shapiro_wilk.hpp"
#include "searchers/stats/correlated_t.hpp"
#include "searchers/stats/dominance.hpp"
#include "searchers/stats/effect_size.hpp"
#include "searchers/stats/equivalence.hpp"
#include "searchers/stats/planning/feasibility.hpp"
#include "searchers/stats/planning/power.hpp"
#include "searchers/stats/sign_flip.hpp"
#include "searchers/stats/signed_rank.hpp"
#include "searchers/stats/student_t.hpp"

namespace winnow::run {
namespace {

/// What is left of an arm after its failures.
struct Score {
  int arm = 0;
  double mean_loss = 0;
  double mean_cost = std::numeric_limits<double>::infinity();
};

bool has_succeeded(const Finalists& finalists, int arm) {
  return std::ranges::any_of(finalists.fresh[static_cast<std::size_t>(arm)],
                             [](const FreshTrial& trial) { return trial.loss.has_value(); });
}

/// The seeds under which all of the arms succeeded; all seeds, where there is none.
std::vector<std::size_t> seeds_to_compare(const Finalists& finalists,
                                          const std::vector<int>& arms) {
  std::vector<std::size_t> all, common;
  for (std::size_t seed = 0; seed < finalists.fresh.front().size(); ++seed) {
    all.push_back(seed);
    const bool is_common = std::ranges::all_of(arms, [&](int arm) {
      return finalists.fresh[static_cast<std::size_t>(arm)][seed].loss.has_value();
    });
    if (is_common) common.push_back(seed);
  }
  return common.empty() ? all : common;
}

/// Needs: the arm succeeded under one of the seeds.
Score score_of(const Finalists& finalists, int arm, const std::vector<std::size_t>& seeds) {
  const auto index = static_cast<std::size_t>(arm);
  std::vector<double> losses;
  for (const std::size_t seed : seeds) {
    if (finalists.fresh[index][seed].loss) losses.push_back(*finalists.fresh[index][seed].loss);
  }
  Score score{arm, stats::mean(losses)};
  const std::vector<double>& costs = finalists.costs[index];
  if (!costs.empty()) score.mean_cost = stats::mean(costs);
  return score;
}

/// The lowest mean over the seeds that all succeeded under: who fails where it is hard would look
/// better by its own. Where there is a cost, the cheapest within the margin of it.
std::optional<Score> choose(const SelectionSpec& selection, const Finalists& finalists,
                            const std::vector<int>& living, std::vector<std::string>& reasons) {
  std::vector<int> eligible;
  for (const int arm : living) {
    const bool is_broken = broken_bound(finalists.fresh, arm, selection.seeds).has_value();
    if (!is_broken && has_succeeded(finalists, arm)) eligible.push_back(arm);
  }
  if (eligible.empty()) return std::nullopt;
  const std::vector<std::size_t> seeds = seeds_to_compare(finalists, eligible);
  std::vector<Score> scores;
  for (const int arm : eligible) scores.push_back(score_of(finalists, arm, seeds));
  const Score best = *std::ranges::min_element(scores, {}, &Score::mean_loss);
  if (!selection.margin || !selection.cost_metric) return best;
  Score chosen = best;
  for (const Score& score : scores) {
    const bool is_tied = score.mean_loss - best.mean_loss <= *selection.margin;
    if (is_tied && score.mean_cost < chosen.mean_cost) chosen = score;
  }
  if (chosen.arm != best.arm) {
    reasons.push_back(fmt::format(
        "a setting with a better mean lies within the margin of {:g}; the cheaper one is chosen "
        "({:.4g} against {:.4g} {})",
        *selection.margin, chosen.mean_cost, best.mean_cost, *selection.cost_metric));
  }
  return chosen;
}

template <class T>
stats::Answer<stats::TestResult> test_of(const stats::Answer<T>& answer) {
  if (!answer) return answer.refusal();
  return answer->test;
}

/// `mean`: Student's test of the same question, of the folds where they are the unit.
stats::Answer<stats::TestResult> paired_test(PairedTest test, const stats::Differences& pairs,
                                             const stats::Answer<stats::TTest>& mean) {
  switch (test) {
    case PairedTest::sign_flip:
      return test_of(stats::sign_flip(pairs));
    case PairedTest::wilcoxon:
      return test_of(stats::signed_rank(pairs));
    case PairedTest::paired_t:
    case PairedTest::corrected_t:
      return test_of(mean);
  }
  throw BrokenExpectation("a test of no known kind");
}

/// With k folds one part of the data is tested on and k − 1 are trained on.
double test_to_train_ratio(const SelectionSpec& selection) { return 1.0 / (*selection.folds - 1); }

stats::Answer<stats::TTest> mean_difference(const SelectionSpec& selection,
                                            const Finalists& finalists, int baseline, int chosen,
                                            const stats::Differences& of_seeds, double level) {
  stats::MeanQuestion question;
  question.level = level;
  if (selection.test != PairedTest::corrected_t) return stats::paired_t(of_seeds, question);
  return stats::corrected_t(paired_folds(finalists.fresh, baseline, chosen, selection.seeds),
                            test_to_train_ratio(selection), question);
}

/// The smallest p-value that the test could give with `pairs`; 0 where there is no such bound.
double smallest_p(PairedTest test, std::int64_t pairs) {
  if (test == PairedTest::paired_t || test == PairedTest::corrected_t) return 0;
  stats::Design design;
  design.test =
      test == PairedTest::wilcoxon ? stats::ExactTest::signed_rank : stats::ExactTest::sign_flip;
  design.n = pairs;
  return stats::smallest_p(design);
}

/// The arms that had to be beaten by nobody but chance: finalists that started, not the baseline.
int finalists_started(const Finalists& finalists) {
  return static_cast<int>(std::ranges::count(finalists.arms, false, &Arm::is_baseline));
}

void add_equivalence(const SelectionSpec& selection, const stats::Differences& differences,
                     int comparisons, ProofTest& proof) {
  // Of folds no equivalence test is known that allows for their dependence.
  if (!selection.margin || selection.test == PairedTest::corrected_t) return;
  const stats::Margin margin{-*selection.margin, *selection.margin};
  const auto test = stats::equivalence_paired_t(differences, margin, selection.alpha);
  if (test) proof.equivalence_p = std::min(1.0, test->p * comparisons);
}

/// Which of the two failed under the seeds that count for neither.
void add_failures(const Finalists& finalists, int baseline, int chosen,
                  const std::vector<stats::DroppedPair>& dropped, ProofTest& proof) {
  for (const stats::DroppedPair& pair : dropped) {
    const auto seed = static_cast<std::size_t>(pair.key);
    const auto has_run = [&](int arm) {
      return finalists.fresh[static_cast<std::size_t>(arm)][seed].has_ended;
    };
    if (!has_run(baseline) && !has_run(chosen)) continue;
    ++proof.dropped_pairs;
    proof.failed_chosen += !pair.second_has_value;
    proof.failed_baseline += !pair.first_has_value;
  }
}

/// Baseline − chosen over every seed that both were measured under; nothing without a pair.
/// What could not be computed is left out, and `reasons` says why the test was not.
std::optional<ProofTest> prove(const SelectionSpec& selection, const Finalists& finalists,
                               int baseline, int chosen, std::vector<std::string>& reasons) {
  const stats::Pairing pairing = paired(finalists.fresh, baseline, chosen, selection.seeds);
  const stats::Differences& differences = pairing.differences;
  ProofTest proof;
  proof.pairs = static_cast<int>(differences.values.size());
  add_failures(finalists, baseline, chosen, pairing.dropped, proof);
  if (proof.pairs == 0) return std::nullopt;
  const int comparisons = finalists_started(finalists);
  proof.level = 1 - selection.alpha / comparisons;
  proof.mean_difference = stats::mean(differences.values);
  const auto mean =
      mean_difference(selection, finalists, baseline, chosen, differences, proof.level);
  const auto test = paired_test(selection.test, differences, mean);
  if (test) proof.p = test->p;
  if (!test) reasons.push_back("the test says nothing: " + test.refusal().reason);
  proof.p_corrected = std::min(1.0, proof.p * comparisons);
  proof.smallest_p = smallest_p(selection.test, proof.pairs);
  if (mean) proof.interval = mean->interval;
  const auto effect = stats::standardised_mean(differences, proof.level);
  if (effect && proof.pairs > 2) {
    proof.effect = effect->hedges_g;
    // Of one division into folds after another no interval is known that allows for what they
    // share.
    const bool is_known = selection.test != PairedTest::corrected_t;
    if (is_known) proof.effect_interval = effect->g_interval;
  }
  if (const auto wins = stats::paired_superiority(differences, proof.level)) {
    proof.wins = wins->superiority;
    proof.wins_interval = wins->interval;
  }
  const bool has_power = selection.test != PairedTest::corrected_t;  // else unknown: of the folds
  if (has_power && proof.pairs >= 2) {
    proof.power_one_sd =
        stats::paired_t_power(1, proof.pairs, {.alpha = selection.alpha / comparisons});
  }
  if (const auto shape = stats::shapiro_wilk(differences.values)) proof.normality_p = shape->p;
  add_equivalence(selection, differences, comparisons, proof);
  return proof;
}

/// An improvement that is there need not be one that matters.
void add_size(const SelectionSpec& selection, const ProofTest& proof, Claim& claimed) {
  if (!selection.margin) return;
  if (proof.equivalence_p && stats::rejects(*proof.equivalence_p, selection.alpha)) {
    claimed.reasons.push_back(
        fmt::format("but by less than the margin of {:g}, a difference that does not matter: p = "
                    "{} of two one-sided tests",
                    *selection.margin, stats::p_text(*proof.equivalence_p)));
  } else if (!proof.interval || proof.interval->low <= *selection.margin) {
    claimed.reasons.push_back(
        fmt::format("not concluded: that it is better by more than the margin of {:g}, below which "
                    "a difference does not matter",
                    *selection.margin));
  }
}

/// Who fails where it is hard looks better on what is left.
void add_lost_pairs(const ProofTest& proof, std::vector<std::string>& reasons) {
  if (proof.dropped_pairs == 0) return;
  reasons.push_back(fmt::format(
      "{} of {} pairs of seeds {} not compared: the chosen setting failed under {}, the "
      "baseline under {}{}",
      proof.dropped_pairs, proof.dropped_pairs + proof.pairs,
      proof.dropped_pairs == 1 ? "is" : "are", proof.failed_chosen, proof.failed_baseline,
      proof.failed_chosen > proof.failed_baseline
          ? "; not concluded: that it is better where a failure counts"
          : ""));
}

/// What the numbers say, and what they do not.
void judge(const SelectionSpec& selection, const ProofTest& proof, int comparisons,
           Claim& claimed) {
  const bool is_better = proof.mean_difference > 0;
  if (is_better && stats::rejects(proof.p_corrected, selection.alpha)) {
    claimed.verdict = VerdictWord::improved;
    claimed.reasons.push_back(fmt::format(
        "the chosen setting is better than the baseline: p = {} after correction for {} "
        "finalist{}, below {:g}",
        stats::p_text(proof.p_corrected), comparisons, comparisons == 1 ? "" : "s",
        selection.alpha));
    add_size(selection, proof, claimed);
    claimed.reasons.push_back(
        fmt::format("not concluded: that it is better than {}settings that were never tried",
                    comparisons == 1 ? "" : "the other finalists, or than "));
    return;
  }
  if (proof.equivalence_p && stats::rejects(*proof.equivalence_p, selection.alpha)) {
    claimed.verdict = VerdictWord::equivalent;
    claimed.reasons.push_back(
        fmt::format("the two differ by less than the margin of {:g}: p = {} of two one-sided tests",
                    *selection.margin, stats::p_text(*proof.equivalence_p)));
    return;
  }
  claimed.verdict = VerdictWord::not_proven;
  claimed.reasons.push_back(
      is_better
          ? fmt::format("the fresh seeds lean towards the chosen setting, but p = {} after "
                        "correction is not below {:g}; that does not show the two to be equal",
                        stats::p_text(proof.p_corrected), selection.alpha)
          : "the fresh seeds do not favour the chosen setting over the baseline");
  if (proof.smallest_p * comparisons >= selection.alpha) {
    claimed.reasons.push_back(
        fmt::format("no result could have been significant: {} pairs cannot give a p below {:g}",
                    proof.pairs, proof.smallest_p));
  }
}

}  // namespace

std::string_view to_text(VerdictWord verdict) {
  constexpr std::array<std::string_view, 4> words = {"improved", "equivalent", "not_proven",
                                                     "not_tested"};
  return words[static_cast<std::size_t>(verdict)];
}

bool is_deterministic(const Finalists& finalists, int first, int second) {
  for (const int arm : {first, second}) {
    std::vector<double> losses;
    for (const FreshTrial& trial : finalists.fresh[static_cast<std::size_t>(arm)]) {
      if (trial.loss) losses.push_back(*trial.loss);
    }
    if (losses.size() < 2) return false;
    const auto [low, high] = std::ranges::minmax(losses);
    if (low != high) return false;
  }
  return true;
}

Claim claim(const SelectionSpec& selection, const Finalists& finalists, const RaceState& race) {
  expect(race.is_over(), "a claim is made after the race");
  Claim claimed;
  const std::optional<Score> chosen = choose(selection, finalists, race.living, claimed.reasons);
  if (!chosen) {
    std::vector<int> arms(finalists.arms.size());
    std::iota(arms.begin(), arms.end(), 0);
    const bool any_succeeded =
        std::ranges::any_of(arms, [&](int arm) { return has_succeeded(finalists, arm); });
    const bool has_raced = finalists_started(finalists) > 0;
    claimed.reasons.push_back(
        !has_raced && finalists.filtered.empty()
            ? "no trial of the search has a score: nothing was raced"
        : !has_raced ? "no setting of the search keeps to all constraints: nothing was raced"
        : any_succeeded
            ? "no setting keeps to all constraints under the fresh seeds: none is chosen"
            : "no fresh trial succeeded; read their logs (winnow trials)");
    return claimed;
  }
  claimed.chosen = chosen->arm;
  const std::optional<int> baseline = race_rules(selection, finalists).baseline;
  if (!baseline) {
    claimed.reasons.push_back(
        "there is no baseline to compare with: give the parameters defaults, or write "
        "selection.baseline");
    return claimed;
  }
  if (chosen->arm == *baseline) {
    claimed.verdict = VerdictWord::not_proven;
    claimed.reasons.push_back(
        claimed.reasons.empty()
            ? "no finalist does better than the baseline on fresh seeds; the baseline is kept"
            : "the baseline is kept");
    return claimed;
  }
  claimed.test = prove(selection, finalists, *baseline, chosen->arm, claimed.reasons);
  if (!claimed.test) {
    claimed.reasons.push_back("under no seed did both the baseline and the chosen setting succeed");
    return claimed;
  }
  if (is_deterministic(finalists, *baseline, chosen->arm)) {
    claimed.test.reset();
    claimed.reasons.push_back(
        fmt::format("{}. A program is given its seed in WINNOW_SEED; one that has no chance in it "
                    "needs no selection",
                    copies_are_no_evidence));
    return claimed;
  }
  judge(selection, *claimed.test, finalists_started(finalists), claimed);
  add_lost_pairs(*claimed.test, claimed.reasons);
  return claimed;
}

}  // namespace winnow::run
