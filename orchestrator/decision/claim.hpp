// What a finished race proves: which setting is chosen, and whether it is shown to be better than
// the baseline. The claim is tested once, on all fresh pairs of the chosen setting and the
// baseline, at α divided by the number of finalists that started (Bonferroni): by the union bound
// that holds whatever the race did before, because an arm that left early could only have been
// claimed had it gone on to the end. Seeds that made a finalist are no part of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/decision/finalists.hpp"
#include "orchestrator/decision/race.hpp"
#include "searchers/stats/result.hpp"

namespace winnow::run {

/// `equivalent` needs a margin and two one-sided tests; a test that does not reject proves nothing.
enum class VerdictWord { improved, equivalent, not_proven, not_tested };

std::string_view to_text(VerdictWord verdict);

/// The comparison that decides. Differences are baseline − chosen in loss: positive is better.
struct ProofTest {
  int pairs = 0;
  int dropped_pairs = 0;                       // seeds under which one of the two failed, or both
  int failed_chosen = 0, failed_baseline = 0;  // of them
  double mean_difference = 0;
  double level = 0;                         // 1 − α / finalists
  std::optional<stats::Interval> interval;  // of the mean, Student's t, at `level`
  double p = 1;                  // two-sided; 1 as well where the test refused the differences
  double p_corrected = 1;        // × finalists that started, 1 at most
  double smallest_p = 1;         // that the test can give with so many pairs
  std::optional<double> effect;  // Hedges' g of the differences: mean / sd, corrected for size;
                                 // of two pairs it would be 0 whatever they are
  std::optional<stats::Interval> effect_interval;  // by noncentral t, at `level`; not of folds
  double wins = 0;                                 // P(chosen better), ties count half
  stats::Interval wins_interval;                   // Wilson, at `level`
  std::optional<double> power_one_sd;  // from two pairs on, of the paired t-test at this size for a
                                       // difference of one sd
  std::optional<double> normality_p;   // Shapiro–Wilk, from 3 differences on that are not equal
  std::optional<double>
      equivalence_p;  // two one-sided tests against the margin, corrected likewise
};

struct Claim {
  VerdictWord verdict = VerdictWord::not_tested;
  std::optional<int> chosen;  // arm; nothing: no fresh trial of any arm succeeded
  std::optional<ProofTest> test;
  std::vector<std::string> reasons;  // sentences: what was concluded and what was not, and why
};

/// Did the fresh seeds make no difference, to neither of two arms? Copies of one number are no
/// evidence, however many there are.
bool is_deterministic(const Finalists& finalists, int first, int second);
constexpr std::string_view copies_are_no_evidence =
    "every fresh seed gave the same value again: copies of one number are no evidence";

/// Needs: the race is over.
Claim claim(const SelectionSpec& selection, const Finalists& finalists, const RaceState& race);

}  // namespace winnow::run
