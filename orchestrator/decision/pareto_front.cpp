#include "orchestrator/decision/pareto_front.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "orchestrator/decision/front_arms.hpp"
#include "orchestrator/report/withheld.hpp"
#include "searchers/numerics/dominance.hpp"
#include "searchers/numerics/hypervolume.hpp"
#include "searchers/numerics/knee.hpp"
#include "searchers/problem/error.hpp"
#include "searchers/scalarised.hpp"
#include "storage/rows.hpp"

namespace winnow::run {
namespace {

using search::Losses;

struct MeasuredTrials {
  std::vector<store::TrialRow> rows;
  std::vector<Losses> losses;
};

MeasuredTrials measured_trials(const store::Store& store,
                               const std::vector<Objective>& objectives) {
  MeasuredTrials measured;
  for (store::TrialRow& row : store.trials_in_state(TrialState::completed)) {
    const std::optional<Losses> losses = losses_of(objectives, row);
    if (!losses || row.trial.role != store::Role::search) continue;
    measured.losses.push_back(*losses);
    measured.rows.push_back(std::move(row));
  }
  return measured;
}

// Indices of the front, best first by the first objective.
std::vector<std::size_t> ordered_front(const std::vector<Losses>& losses) {
  std::vector<std::size_t> front = search::pareto_front(losses);
  std::ranges::stable_sort(front,
                           [&](std::size_t a, std::size_t b) { return losses[a] < losses[b]; });
  return front;
}

std::vector<Losses> losses_at(const std::vector<std::size_t>& indices,
                              const std::vector<Losses>& losses) {
  std::vector<Losses> some;
  for (std::size_t index : indices) some.push_back(losses[index]);
  return some;
}

void refuse_unknown_metrics(const std::map<std::string, double>& reference,
                            const std::vector<Objective>& objectives) {
  for (const auto& [metric, value] : reference) {
    const bool known = std::ranges::any_of(
        objectives, [&](const Objective& objective) { return objective.metric == metric; });
    if (known) continue;
    std::vector<std::string> names;
    for (const Objective& objective : objectives) names.push_back(objective.metric);
    throw ConfigError("--reference", fmt::format("{} is no objective of the study; there are: {}",
                                                 metric, fmt::join(names, ", ")));
  }
}

Losses reference_losses(const std::map<std::string, double>& given,
                        const std::vector<Objective>& objectives,
                        const std::vector<Losses>& front) {
  Losses reference = search::reference_behind(front);
  for (std::size_t j = 0; j < objectives.size(); ++j) {
    const auto value = given.find(objectives[j].metric);
    if (value != given.end()) reference[j] = to_loss(objectives[j], value->second);
  }
  return reference;
}

std::vector<HypervolumeStep> hypervolume_trace(const MeasuredTrials& measured,
                                               const Losses& reference) {
  std::vector<HypervolumeStep> trace;
  std::vector<Losses> front;
  double volume = 0;
  for (std::size_t i = 0; i < measured.losses.size(); ++i) {
    const Losses& losses = measured.losses[i];
    const bool covered = std::ranges::any_of(front, [&](const Losses& other) {
      return other == losses || search::dominates(other, losses);
    });
    if (covered) continue;
    std::erase_if(front, [&](const Losses& other) { return search::dominates(losses, other); });
    front.push_back(losses);
    const double grown = search::hypervolume(front, reference);
    if (grown > volume) trace.push_back({measured.rows[i].trial.suggestion.number, grown});
    volume = std::max(volume, grown);
  }
  return trace;
}

}  // namespace

ParetoSummary pareto_summary(const store::Store& store,
                             const std::map<std::string, double>& reference) {
  const store::StudyRow study = store.study();
  ParetoSummary summary;
  summary.study = study.name;
  summary.objectives = study.objectives;
  if (summary.objectives.size() < 2) {
    throw ConfigError("STUDY", fmt::format("{} has one objective and therefore no front; `winnow "
                                           "best {}` shows its best trial",
                                           study.name, study.name));
  }
  refuse_unknown_metrics(reference, summary.objectives);
  MeasuredTrials measured = measured_trials(store, summary.objectives);
  summary.measured = measured.rows.size();
  if (measured.rows.empty()) return summary;

  const std::vector<std::size_t> members = ordered_front(measured.losses);
  const std::vector<Losses> front = losses_at(members, measured.losses);
  const Losses behind = reference_losses(reference, summary.objectives, front);
  const std::vector<double> contributions = search::hypervolume_contributions(front, behind);
  summary.trace = hypervolume_trace(measured, behind);
  summary.hypervolume = search::hypervolume(front, behind);
  for (std::size_t j = 0; j < behind.size(); ++j) {
    summary.reference.push_back(to_value(summary.objectives[j], behind[j]));
  }
  for (std::size_t i = 0; i < members.size(); ++i) {
    summary.front.push_back(
        {shown_trial(store, std::move(measured.rows[members[i]])), contributions[i]});
  }
  summary.front[search::knee(front)].is_knee = true;
  return summary;
}

std::optional<store::TrialRow> knee_trial(const store::Store& store) {
  MeasuredTrials measured = measured_trials(store, store.study().objectives);
  if (measured.rows.empty()) return std::nullopt;
  const std::vector<std::size_t> members = ordered_front(measured.losses);
  return std::move(measured.rows[members[search::knee(losses_at(members, measured.losses))]]);
}

std::optional<store::TrialRow> compromise_trial(const store::Store& store) {
  const store::StudyRow study = store.study();
  const nlohmann::json spec = nlohmann::json::parse(study.spec);
  const std::string method = spec.value("method", "");
  std::map<std::string, Value> options;
  const std::string given = spec.value("method_options", nlohmann::json::object()).dump();
  const Point named = store::point_from_json(given);  // lives as long as the loop over it
  for (const auto& [name, value] : named.entries()) options[name] = value;
  MeasuredTrials measured = measured_trials(store, study.objectives);
  const std::optional<std::size_t> best =
      search::best_compromise(method, options, study.objectives, measured.losses);
  if (!best) return std::nullopt;
  return std::move(measured.rows[*best]);
}

}  // namespace winnow::run
