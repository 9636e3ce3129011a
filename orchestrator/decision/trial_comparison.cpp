#include "orchestrator/decision/trial_comparison.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/decision/claim.hpp"
#include "orchestrator/decision/finalists.hpp"
#include "searchers/problem/error.hpp"
#include "searchers/stats/error_control/corrections.hpp"
#include "searchers/stats/sign_flip.hpp"
#include "searchers/stats/student_t.hpp"

namespace winnow::run {
namespace {

void check(const std::vector<store::TrialRow>& trials, const std::vector<TrialNumber>& chosen) {
  if (chosen.size() < 2) throw ConfigError("TRIALS", "name two trials or more, by number");
  for (const TrialNumber number : chosen) {
    if (number.value < 0 || number.value >= std::ssize(trials)) {
      throw ConfigError(
          "TRIALS",
          fmt::format("the study has no trial {}; it has {}", number.value,
                      trials.empty() ? "none" : fmt::format("0 to {}", trials.size() - 1)));
    }
    if (std::ranges::count(chosen, number) > 1) {
      throw ConfigError("TRIALS", fmt::format("trial {} is named twice", number.value));
    }
  }
}

/// Before its last seed: the others were not started.
bool has_left(const Finalists& finalists, int arm) {
  return !finalists.fresh[static_cast<std::size_t>(arm)].back().has_ended;
}

PairedComparison compared(const SelectionSpec& selection, const Finalists& finalists, int first,
                          int second) {
  const stats::Pairing pairing = paired(finalists.fresh, first, second, selection.seeds);
  PairedComparison result;
  result.pairs = static_cast<int>(pairing.differences.values.size());
  for (const stats::DroppedPair& pair : pairing.dropped) {
    // A seed under which neither has run is none that was lost.
    const auto seed = static_cast<std::size_t>(pair.key);
    result.dropped_pairs += finalists.fresh[static_cast<std::size_t>(first)][seed].has_ended &&
                            finalists.fresh[static_cast<std::size_t>(second)][seed].has_ended;
  }
  result.is_stopped_early = has_left(finalists, first) || has_left(finalists, second);
  const auto test = stats::sign_flip(pairing.differences);
  if (!test) {
    result.refusal = test.refusal().reason;
  } else if (is_deterministic(finalists, first, second)) {
    result.refusal = copies_are_no_evidence;
  } else {
    result.p = test->test.p;
  }
  if (result.pairs == 0) return result;
  // Losses are values but for their sign.
  const Objective& objective = selection.objective;
  result.mean_difference = to_value(objective, stats::mean(pairing.differences.values));
  if (const auto mean = stats::paired_t(pairing.differences)) {
    const double one_end = to_value(objective, mean->interval.low);
    const double other_end = to_value(objective, mean->interval.high);
    const auto [low, high] = std::minmax({one_end, other_end});  // by value
    result.interval = {low, high, mean->interval.level};
  }
  return result;
}

void correct(std::vector<PairedComparison>& pairs) {
  std::vector<double> raw;
  for (const PairedComparison& pair : pairs) {
    if (pair.p) raw.push_back(*pair.p);
  }
  if (raw.empty()) return;
  const std::vector<double> corrected = *stats::adjusted(raw, stats::Correction::holm);
  auto next = corrected.begin();
  for (PairedComparison& pair : pairs) {
    if (pair.p) pair.p_holm = *next++;
  }
}

}  // namespace

TrialComparison compare_trials(const StudySpec& study, const std::vector<store::TrialRow>& trials,
                               const std::vector<TrialNumber>& chosen) {
  check(trials, chosen);
  TrialComparison comparison;
  comparison.study = study.name;
  for (const TrialNumber number : chosen) {
    comparison.trials.push_back(trials[static_cast<std::size_t>(number.value)]);
  }
  comparison.metric =
      study.selection ? study.selection->objective.metric : study.objectives.front().metric;
  // Who is a finalist is known once the race has begun.
  const bool has_raced = std::ranges::any_of(
      trials, [](const store::TrialRow& row) { return row.trial.role != store::Role::search; });
  if (!study.selection || !has_raced) return comparison;
  const Finalists finalists = gather_finalists(study, trials);
  // Each with the first of the trials that stand for it: two of one setting would be tested twice.
  std::vector<std::pair<TrialNumber, int>> arms;
  for (const store::TrialRow& row : comparison.trials) {
    const auto arm = std::ranges::find(finalists.arms, row.trial.suggestion.point, &Arm::point);
    const int index = static_cast<int>(arm - finalists.arms.begin());
    const bool is_named =
        std::ranges::any_of(arms, [&](const auto& a) { return a.second == index; });
    if (arm == finalists.arms.end() || is_named) continue;
    arms.emplace_back(row.trial.suggestion.number, index);
  }
  for (std::size_t i = 0; i < arms.size(); ++i) {
    for (std::size_t j = i + 1; j < arms.size(); ++j) {
      PairedComparison pair = compared(*study.selection, finalists, arms[i].second, arms[j].second);
      pair.first = arms[i].first;
      pair.second = arms[j].first;
      comparison.pairs.push_back(std::move(pair));
    }
  }
  correct(comparison.pairs);
  return comparison;
}

}  // namespace winnow::run
