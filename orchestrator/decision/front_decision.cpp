#include "orchestrator/decision/front_decision.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "orchestrator/decision/claim.hpp"
#include "orchestrator/decision/constraint_record.hpp"
#include "orchestrator/decision/front_arms.hpp"
#include "orchestrator/decision/front_replication.hpp"
#include "orchestrator/decision/record_parts.hpp"
#include "orchestrator/report/json_forms.hpp"
#include "searchers/numerics/hypervolume.hpp"
#include "searchers/scalarised.hpp"
#include "searchers/stats/sign_flip.hpp"
#include "searchers/stats/student_t.hpp"

namespace winnow::run {
namespace {

using Json = nlohmann::ordered_json;
using search::Losses;

/// Of one seed: the mean of its folds; nothing: one of them has failed, or not run.
std::optional<Losses> losses_under(const StudySpec& study,
                                   const std::vector<store::TrialRow>& trials,
                                   const FoldTrials& folds) {
  std::vector<std::vector<double>> by_objective(study.objectives.size());
  for (const std::optional<TrialNumber>& number : folds) {
    if (!number) return std::nullopt;
    const auto losses = losses_of(study.objectives, row_of(trials, *number));
    if (!losses) return std::nullopt;
    for (std::size_t j = 0; j < losses->size(); ++j) by_objective[j].push_back((*losses)[j]);
  }
  Losses means;
  for (const std::vector<double>& values : by_objective) means.push_back(stats::mean(values));
  return means;
}

FrontReplicates replicates_of(const StudySpec& study, const std::vector<store::TrialRow>& trials,
                              const Finalists& finalists) {
  FrontReplicates losses;
  for (std::size_t arm = 0; arm < finalists.arms.size(); ++arm) {
    auto& of_arm = losses.emplace_back();
    for (std::size_t seed = 0; seed < finalists.trials[arm].size(); ++seed) {
      // Who does not report a bounded metric has failed, whatever else it reports.
      const bool has_succeeded = finalists.fresh[arm][seed].loss.has_value();
      of_arm.push_back(has_succeeded ? losses_under(study, trials, finalists.trials[arm][seed])
                                     : std::nullopt);
    }
  }
  return losses;
}

/// Who can belong to the front: arms that have succeeded and whose fresh seeds keep to the bounds.
std::vector<std::size_t> candidates_of(const SelectionSpec& selection, const Finalists& finalists,
                                       const FrontReplicates& losses) {
  std::vector<std::size_t> candidates;
  for (std::size_t arm = 0; arm < finalists.arms.size(); ++arm) {
    if (!has_succeeded(losses[arm])) continue;
    const auto broken = broken_bound(finalists.fresh, static_cast<int>(arm), selection.seeds);
    if (!broken) candidates.push_back(arm);
  }
  return candidates;
}

/// A null for every objective of an arm that never succeeded, whose losses are empty.
Json values_json(const std::vector<Objective>& objectives, const Losses& losses) {
  Json json = Json::object();
  for (std::size_t j = 0; j < objectives.size(); ++j) {
    json[objectives[j].metric] =
        losses.empty() ? Json() : number_json(to_value(objectives[j], losses[j]));
  }
  return json;
}

Json sds_json(const std::vector<Objective>& objectives,
              const std::vector<std::optional<Losses>>& by_seed) {
  Json json = Json::object();
  for (std::size_t j = 0; j < objectives.size(); ++j) {
    std::vector<double> values;
    for (const std::optional<Losses>& losses : by_seed) {
      if (losses) values.push_back((*losses)[j]);
    }
    json[objectives[j].metric] =
        values.size() < 2 ? Json() : number_json(std::sqrt(stats::variance(values)));
  }
  return json;
}

/// The chosen setting against the baseline in one objective.
struct ObjectiveTest {
  double improvement = 0;
  std::optional<stats::Interval> interval;
  double p = 1, p_corrected = 1;
  int pairs = 0;
  /// Every seed gave the same value again, under both settings, as for the size of a model: there
  /// is nothing to test, the difference is a fact.
  bool is_certain = false;
};

bool is_constant(const std::vector<double>& values) {
  return std::ranges::adjacent_find(values, std::not_equal_to()) == values.end();
}

ObjectiveTest test_in(const SelectionSpec& selection, const FrontReplicates& losses,
                      std::size_t baseline, std::size_t chosen, std::size_t objective,
                      int comparisons) {
  std::vector<double> first, second;
  for (std::size_t seed = 0; seed < losses[baseline].size(); ++seed) {
    if (!losses[baseline][seed] || !losses[chosen][seed]) continue;
    first.push_back((*losses[baseline][seed])[objective]);
    second.push_back((*losses[chosen][seed])[objective]);
  }
  ObjectiveTest result;
  result.pairs = static_cast<int>(first.size());
  const auto differences = stats::differences(first, second);
  if (!differences || first.empty()) return result;
  result.improvement = stats::mean(differences->values);
  result.is_certain = first.size() > 1 && is_constant(first) && is_constant(second);
  if (result.is_certain) return result;
  stats::MeanQuestion question;
  question.level = 1 - selection.alpha / comparisons;
  if (const auto mean = stats::paired_t(*differences, question)) result.interval = mean->interval;
  if (const auto test = stats::sign_flip(*differences)) result.p = test->test.p;
  result.p_corrected = std::min(1.0, result.p * comparisons);
  return result;
}

/// Better in every objective: each has to be shown, so nothing is shared among them
/// (intersection-union: Berger 1982, "Multiparameter hypothesis testing and acceptance sampling").
void add_tests(const StudySpec& study, const FrontReplicates& losses, std::size_t chosen,
               Json& record) {
  const SelectionSpec& selection = *study.selection;
  const int comparisons = std::max<int>(1, static_cast<int>(losses.size()) - 1);
  bool is_better = true, is_all_certain = true;
  double p = 0;
  std::vector<std::string> better, worse, same, open;
  record["objectives"] = Json::array();
  for (std::size_t j = 0; j < study.objectives.size(); ++j) {
    const std::string& metric = study.objectives[j].metric;
    const ObjectiveTest test = test_in(selection, losses, 0, chosen, j, comparisons);
    record["pairs"] = test.pairs;
    if (!test.is_certain) p = std::max(p, test.p);
    is_all_certain = is_all_certain && test.is_certain;
    const bool is_shown = test.is_certain || stats::rejects(test.p_corrected, selection.alpha);
    (!is_shown              ? open
     : test.improvement > 0 ? better
     : test.improvement < 0 ? worse
                            : same)
        .push_back(metric);
    is_better = is_better && is_shown && test.improvement > 0;
    record["objectives"].push_back(
        {{"metric", metric},
         {"improvement", number_json(test.improvement)},
         {"interval", test.interval ? interval_json(*test.interval) : Json()},
         {"certain", test.is_certain},
         {"p", test.is_certain ? Json() : number_json(test.p)},
         {"p_corrected", test.is_certain ? Json() : number_json(test.p_corrected)}});
  }
  const auto seeds = std::ssize(losses.front());
  const auto dropped = seeds - record.at("pairs").get<std::int64_t>();
  record["dropped_pairs"] = dropped;
  if (dropped > 0) {
    record["reasons"].push_back(
        fmt::format("{} of {} pairs of seeds {} not compared: one of the two failed", dropped,
                    seeds, dropped == 1 ? "is" : "are"));
  }
  if (is_all_certain) {
    record["reasons"].push_back(
        "every fresh seed gave the same values again: copies of one number are no evidence. A "
        "program is given its seed in WINNOW_SEED; one that has no chance in it needs no "
        "selection");
    return;
  }
  record["test"] = to_text(PairedTest::sign_flip);
  record["p"] = number_json(p);
  record["p_corrected"] = number_json(std::min(1.0, p * comparisons));
  record["verdict"] = to_text(is_better ? VerdictWord::improved : VerdictWord::not_proven);
  for (const auto& [word, metrics] : {std::pair("better", &better), std::pair("worse", &worse)}) {
    if (metrics->empty()) continue;
    record["reasons"].push_back(fmt::format(
        "the chosen setting is {} than the baseline in {}, after correction for {} finalist{}",
        word, fmt::join(*metrics, " and "), comparisons, comparisons == 1 ? "" : "s"));
  }
  if (!same.empty()) {
    record["reasons"].push_back(
        fmt::format("under every seed both have the same {}", fmt::join(same, " and ")));
  }
  if (!open.empty()) {
    record["reasons"].push_back(
        fmt::format("not concluded: that it is better in {}; that does not show the two to be "
                    "equal there",
                    fmt::join(open, " and ")));
  }
}

Json front_json(const StudySpec& study, const Finalists& finalists,
                const std::vector<store::TrialRow>& trials, const ReplicatedFront& front,
                std::size_t weighted, const char* chosen_by) {
  std::vector<Losses> searched;
  for (const Arm& arm : finalists.arms) {
    if (!arm.search_trial) continue;
    if (const auto losses = losses_of(study.objectives, row_of(trials, *arm.search_trial))) {
      searched.push_back(*losses);
    }
  }
  const auto members = std::ranges::count(front.arms, true, &ReplicatedArm::is_on_front);
  return {{"members", members},
          {"hypervolume", number_json(front.hypervolume)},
          {"hypervolume_interval", interval_json(front.hypervolume_interval)},
          {"search_hypervolume", number_json(search::hypervolume(searched, front.reference))},
          {"reference", values_json(study.objectives, front.reference)},
          {"common_seeds", front.common_seeds},
          {"knee_arm", front.knee},
          {"weighted_arm", weighted},
          {"chosen_by", chosen_by}};
}

void add_arms(const StudySpec& study, const Finalists& finalists, const RaceState& raced,
              const FrontReplicates& losses, const ReplicatedFront& front, Json& record) {
  record["arms"] = Json::array();
  for (std::size_t arm = 0; arm < finalists.arms.size(); ++arm) {
    Json json = arm_json(*study.selection, finalists, arm, raced);
    json["left_at_look"] = nullptr;  // nobody leaves a front
    const ReplicatedArm& one = front.arms[arm];
    json["means"] = values_json(study.objectives, one.mean);
    json["sds"] = sds_json(study.objectives, losses[arm]);
    json["on_front"] = one.is_on_front;
    json["membership"] = one.membership;
    json["attained"] = one.attained;
    json["attained_interval"] = one.mean.empty() ? Json() : interval_json(one.attained_interval);
    json["knee_share"] = one.knee_share;
    record["arms"].push_back(std::move(json));
  }
}

void add_doubts(const Finalists& finalists, const ReplicatedFront& front, std::size_t chosen,
                Json& record) {
  for (std::size_t arm = 0; arm < front.arms.size(); ++arm) {
    if (front.arms[arm].mean.empty()) {
      record["reasons"].push_back(
          fmt::format("{} succeeded under no fresh seed and belongs to no front; read its logs",
                      finalists.arms[arm].is_baseline
                          ? std::string("the baseline")
                          : fmt::format("trial {}", finalists.arms[arm].search_trial->value)));
      continue;
    }
    if (finalists.arms[arm].is_baseline || front.arms[arm].membership >= 0.5) continue;
    if (broken_bound(finalists.fresh, static_cast<int>(arm),
                     static_cast<int>(finalists.fresh[arm].size()))) {
      record["reasons"].push_back(
          fmt::format("trial {} breaks a constraint under the fresh seeds and belongs to no front",
                      finalists.arms[arm].search_trial->value));
      continue;
    }
    record["reasons"].push_back(fmt::format(
        "trial {} was on the front of the search by luck: under fresh seeds its probability of "
        "belonging to it is {:.2f}",
        finalists.arms[arm].search_trial->value, front.arms[arm].membership));
  }
  if (chosen == front.knee) {
    record["reasons"].push_back(
        fmt::format("the chosen setting is the front's knee in {:.0f} % of the draws of the seeds",
                    100 * front.arms[chosen].knee_share));
  }
}

Decision undecided(const std::string& reason) {
  Decision decision;
  decision.record = untested_record(reason);
  return decision;
}

Decision none_within_bounds(const SelectionSpec& selection, const Finalists& finalists) {
  Decision decision =
      undecided("no setting keeps to all constraints under the fresh seeds: none is chosen");
  decision.record["arms"] = Json::array();
  add_constraints(selection, finalists, std::nullopt, decision.record);
  decision.record.erase("arms");  // they have no place on a front
  return decision;
}

/// Which member of the front is chosen: the method's own weights say so, otherwise the knee.
struct Compromise {
  std::size_t chosen = 0;
  std::size_t weighted = 0;  // what the method's weights, or equal ones, say
  bool by_method = false;
};

Compromise compromise_of(const StudySpec& study, const std::vector<std::size_t>& candidates,
                         const ReplicatedFront& front) {
  std::vector<Losses> means;
  for (const std::size_t arm : candidates) means.push_back(front.arms[arm].mean);
  const auto by_method =
      search::best_compromise(study.method, study.method_options, study.objectives, means);
  const std::size_t weighted = candidates[by_method.value_or(
      *search::best_compromise("weighted_sum", {}, study.objectives, means))];
  return {by_method ? weighted : front.knee, weighted, by_method.has_value()};
}

void add_comparison(const StudySpec& study, const std::vector<store::TrialRow>& trials,
                    const Finalists& finalists, const FrontReplicates& losses, std::size_t chosen,
                    Json& record) {
  if (!finalists.arms.front().is_baseline) {
    record["reasons"].push_back(
        "there is no baseline to compare with: give the parameters defaults, or write "
        "selection.baseline");
    return;
  }
  record["baseline"] = trial_or_null(trials, trial_of(finalists, 0));
  record["hypothesis"] =
      "H0: with fresh seeds the mean under the chosen setting is no better than under the "
      "baseline in at least one objective";
  if (chosen == 0) {
    record["verdict"] = to_text(VerdictWord::not_proven);
    record["reasons"].push_back("the baseline is kept");
  } else {
    add_tests(study, losses, chosen, record);
  }
}

}  // namespace

Decision decide_front(const StudySpec& study, const std::vector<store::TrialRow>& trials) {
  const SelectionSpec& selection = *study.selection;
  const Finalists finalists = gather_finalists(study, trials);
  const RaceState raced = race(race_rules(selection, finalists), finalists.fresh);
  if (!raced.is_over() || finalists.arms.empty()) {
    Decision decision = undecided(
        "the study ended before members of its front had run under fresh seeds; `winnow pareto` "
        "shows the front of the search");
    if (!selection.constraints.empty()) decision.record["constraints"] = bounds_json(selection);
    return decision;
  }
  const FrontReplicates losses = replicates_of(study, trials, finalists);
  if (std::ranges::none_of(losses, has_succeeded)) {
    return undecided("no setting succeeded under a fresh seed; read their logs");
  }
  const std::vector<std::size_t> candidates = candidates_of(selection, finalists, losses);
  if (candidates.empty()) return none_within_bounds(selection, finalists);
  const std::optional<ReplicatedFront> front = replicate_front(losses, candidates);
  if (!front) {
    return undecided(
        "under no fresh seed did all settings that ever succeed do so; read their logs");
  }
  const Compromise compromise = compromise_of(study, candidates, *front);
  const std::size_t chosen = compromise.chosen;
  Decision decision;
  Json& record = decision.record;
  record = untested_record("");
  record["reasons"] = Json::array();
  decision.chosen = trial_of(finalists, chosen);
  record["chosen"] = trial_or_null(trials, decision.chosen);
  record["chosen_arm"] = chosen;
  record["alpha"] = selection.alpha;
  record["seeds"] = selection.seeds;
  record["metric"] = study.objectives.front().metric;
  record["verdict"] = to_text(VerdictWord::not_tested);
  add_comparison(study, trials, finalists, losses, chosen, record);
  add_doubts(finalists, *front, chosen, record);
  add_arms(study, finalists, raced, losses, *front, record);
  if (!selection.constraints.empty()) add_constraints(selection, finalists, chosen, record);
  if (selection.folds) record["folds"] = *selection.folds;
  record["front"] = front_json(study, finalists, trials, *front, compromise.weighted,
                               compromise.by_method ? "the weights of the method" : "knee");
  record["looks"] = Json::array();
  return decision;
}

}  // namespace winnow::run
