#include "orchestrator/decision/decision.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "orchestrator/decision/claim.hpp"
#include "orchestrator/decision/constraint_record.hpp"
#include "orchestrator/decision/front_decision.hpp"
#include "orchestrator/decision/record_parts.hpp"
#include "orchestrator/report/json_forms.hpp"
#include "orchestrator/report/numbers.hpp"
#include "searchers/stats/sample.hpp"

namespace winnow::run {
namespace {

using Json = nlohmann::ordered_json;

/// The best score of the search within the bounds: what is chosen where nothing is tested.
std::optional<TrialNumber> best_score(const Objective& objective,
                                      const std::vector<store::TrialRow>& trials,
                                      const std::vector<MetricBound>& bounds = {}) {
  std::optional<TrialNumber> best;
  double best_loss = 0;
  for (const store::TrialRow& row : trials) {
    const auto value = row.values.find(objective.metric);
    if (row.trial.role != store::Role::search || row.state != TrialState::completed) continue;
    if (value == row.values.end() || !std::isfinite(value->second)) continue;
    if (filtered_by(bounds, row)) continue;
    const double loss = to_loss(objective, value->second);
    if (best && loss >= best_loss) continue;
    best = row.trial.suggestion.number;
    best_loss = loss;
  }
  return best;
}

std::string hypothesis_text(const SelectionSpec& selection) {
  return fmt::format(
      "H0: with fresh seeds, the means of {} under the chosen setting and under the baseline are "
      "equal (two-sided)",
      selection.objective.metric);
}

Json look_json(const RaceLook& look) {
  Json json{{"seeds", look.seeds},       {"common_seeds", look.common_seeds},
            {"alpha", look.alpha},       {"losses", Json::array()},
            {"hopeless", Json::array()}, {"breaking", look.breaking},
            {"leaving", look.leaving}};
  for (const stats::Elimination& loss : look.losses) {
    json["losses"].push_back({{"loser", loss.loser},
                              {"winner", loss.winner},
                              {"mean_difference", number_json(loss.mean_difference)},
                              {"p", number_json(loss.p)},
                              {"p_holm", number_json(loss.adjusted_p)}});
  }
  for (const HopelessArm& arm : look.hopeless) {
    json["hopeless"].push_back(
        {{"arm", arm.arm}, {"behind", arm.behind}, {"probability", number_json(arm.probability)}});
  }
  return json;
}

void add_test(const SelectionSpec& selection, const ProofTest& test, Json& record) {
  record["test"] = to_text(selection.test);
  record["p"] = number_json(test.p);
  record["p_corrected"] = number_json(test.p_corrected);
  record["effect"] = test.effect ? number_json(*test.effect) : Json();
  record["effect_interval"] = test.effect_interval ? interval_json(*test.effect_interval) : Json();
  record["interval"] = test.interval ? interval_json(*test.interval) : Json();
  record["pairs"] = test.pairs;
  record["dropped_pairs"] = test.dropped_pairs;
  record["failed_chosen"] = test.failed_chosen;
  record["failed_baseline"] = test.failed_baseline;
  // As measured: where the metric is maximised, a gain is positive as well.
  record["improvement"] = number_json(test.mean_difference);
  record["interval_level"] = test.level;
  record["probability_better"] = number_json(test.wins);
  record["probability_better_interval"] = interval_json(test.wins_interval);
  record["smallest_p"] = number_json(test.smallest_p);
  record["power_one_sd"] = test.power_one_sd ? number_json(*test.power_one_sd) : Json();
  record["normality_p"] = test.normality_p ? number_json(*test.normality_p) : Json();
  record["equivalence_p"] = test.equivalence_p ? number_json(*test.equivalence_p) : Json();
}

/// How much of the chosen setting's score in the search its fresh trials did not repeat.
Json optimism_json(const StudySpec& study, const Finalists& finalists, std::size_t arm) {
  const SelectionSpec& selection = *study.selection;
  std::vector<double> losses;
  for (const FreshTrial& fresh : finalists.fresh[arm]) {
    if (fresh.loss) losses.push_back(*fresh.loss);
  }
  const std::optional<double>& searched = finalists.arms[arm].search_value;
  const bool is_same_metric = selection.objective.metric == study.objectives.front().metric;
  if (!searched || !is_same_metric || losses.empty()) return Json();
  return number_json(stats::mean(losses) - to_loss(selection.objective, *searched));
}

std::string arm_name(const Finalists& finalists, std::size_t arm) {
  const Arm& one = finalists.arms[arm];
  return one.is_baseline ? std::string("the baseline")
                         : fmt::format("trial {}", one.search_trial->value);
}

/// What became of the best score of the search, where another setting was chosen. The finalists
/// stand in the order of their scores.
std::optional<std::string> fate_of_best_score(const SelectionSpec& selection,
                                              const Finalists& finalists, const RaceState& race,
                                              std::size_t chosen) {
  const auto best = std::ranges::find(finalists.arms, false, &Arm::is_baseline);
  if (best == finalists.arms.end()) return std::nullopt;
  const auto arm = static_cast<std::size_t>(best - finalists.arms.begin());
  if (arm == chosen) return std::nullopt;
  std::vector<double> losses;
  for (const FreshTrial& fresh : finalists.fresh[arm]) {
    if (fresh.loss) losses.push_back(*fresh.loss);
  }
  std::string text = fmt::format("the best score of the search, {} of {}, is not chosen",
                                 number_text(*best->search_value), arm_name(finalists, arm));
  if (losses.empty()) return text + ": no fresh trial of it succeeded";
  text += fmt::format(": its mean on {} fresh seed{} is {}", losses.size(),
                      losses.size() == 1 ? "" : "s",
                      number_text(to_value(selection.objective, stats::mean(losses))));
  for (std::size_t look = 0; look < race.looks.size(); ++look) {
    for (const stats::Elimination& loss : race.looks[look].losses) {
      if (loss.loser != arm) continue;
      return text + fmt::format(", and it left the race at look {} because {} is better (p = {})",
                                look + 1, arm_name(finalists, loss.winner),
                                stats::p_text(loss.adjusted_p));
    }
    for (const HopelessArm& gone : race.looks[look].hopeless) {
      if (gone.arm != static_cast<int>(arm)) continue;
      return text + fmt::format(
                        ", and it left the race at look {} because it could hardly overtake "
                        "{} any more (probability {}); that it is worse is not concluded",
                        look + 1, arm_name(finalists, static_cast<std::size_t>(gone.behind)),
                        stats::p_text(gone.probability));
    }
    if (std::ranges::count(race.looks[look].breaking, static_cast<int>(arm)) > 0) {
      return text + fmt::format(", and it left the race at look {} because it breaks a constraint",
                                look + 1);
    }
  }
  const auto broken = broken_bound(finalists.fresh, static_cast<int>(arm), selection.seeds);
  if (broken) text += ", and under them it breaks " + to_text(selection.constraints[*broken]);
  return text;
}

Decision decide_by_race(const StudySpec& study, const std::vector<store::TrialRow>& trials) {
  const SelectionSpec& selection = *study.selection;
  const Finalists finalists = gather_finalists(study, trials);
  const RaceState raced = race(race_rules(selection, finalists), finalists.fresh);
  Decision decision;
  if (!raced.is_over()) {
    decision.chosen = best_score(study.objectives.front(), trials, selection.constraints);
    decision.record = untested_record(fmt::format(
        "the study ended before the finalists had run under fresh seeds; {}",
        decision.chosen ? "the best score of the search is chosen, and nothing is shown of it"
                        : "no trial of the search can be chosen"));
    if (!selection.constraints.empty()) decision.record["constraints"] = bounds_json(selection);
    decision.record["chosen"] = trial_or_null(trials, decision.chosen);
    decision.record["metric"] = study.objectives.front().metric;
    return decision;
  }
  const Claim claimed = claim(selection, finalists, raced);
  Json& record = decision.record;
  record = untested_record("");
  record["verdict"] = to_text(claimed.verdict);
  record["reasons"] = claimed.reasons;
  record["hypothesis"] = hypothesis_text(selection);
  record["metric"] = selection.objective.metric;
  record["alpha"] = selection.alpha;
  record["seeds"] = selection.seeds;
  if (selection.power) {
    record["power_requested"] = selection.power->power;
    record["power_for_effect"] = selection.power->effect;
  }
  if (selection.folds) record["folds"] = *selection.folds;
  if (claimed.chosen) {
    const auto arm = static_cast<std::size_t>(*claimed.chosen);
    decision.chosen = trial_of(finalists, arm);
    record["chosen"] = trial_or_null(trials, decision.chosen);
    record["chosen_arm"] = arm;
    record["optimism"] = optimism_json(study, finalists, arm);
    if (const auto fate = fate_of_best_score(selection, finalists, raced, arm)) {
      record["reasons"].push_back(*fate);
    }
  }
  if (!finalists.arms.empty() && finalists.arms.front().is_baseline) {
    record["baseline"] = trial_or_null(trials, trial_of(finalists, 0));
  }
  if (claimed.test) add_test(selection, *claimed.test, record);
  record["arms"] = Json::array();
  for (std::size_t arm = 0; arm < finalists.arms.size(); ++arm) {
    record["arms"].push_back(arm_json(selection, finalists, arm, raced));
  }
  if (!selection.constraints.empty()) {
    add_constraints(selection, finalists, claimed.chosen, record);
  }
  record["looks"] = Json::array();
  for (const RaceLook& look : raced.looks) record["looks"].push_back(look_json(look));
  return decision;
}

}  // namespace

Decision decide(const StudySpec& study, const std::vector<store::TrialRow>& trials) {
  if (study.selection && study.objectives.size() > 1) return decide_front(study, trials);
  if (study.selection) return decide_by_race(study, trials);
  Decision decision;
  decision.record = untested_record(
      study.objectives.size() == 1
          ? "the best score of the search is chosen; it is one noisy number, and the best of many. "
            "`selection:` in the study file has the winner proven on fresh seeds"
          : "a study with several objectives has a Pareto front instead of a winner; `winnow "
            "pareto` shows it, `winnow best` its knee");
  if (study.objectives.size() == 1) {
    decision.chosen = best_score(study.objectives.front(), trials);
    decision.record["chosen"] = trial_or_null(trials, decision.chosen);
    decision.record["metric"] = study.objectives.front().metric;
  }
  return decision;
}

}  // namespace winnow::run
