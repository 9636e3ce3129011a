#include "orchestrator/decision/front_arms.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

#include "searchers/numerics/hypervolume.hpp"

namespace winnow::run {

using search::Losses;

std::optional<Losses> losses_of(const std::vector<Objective>& objectives,
                                const store::TrialRow& row) {
  if (row.state != TrialState::completed) return std::nullopt;
  Losses losses;
  for (const Objective& objective : objectives) {
    const auto value = row.values.find(objective.metric);
    if (value == row.values.end() || !std::isfinite(value->second)) return std::nullopt;
    losses.push_back(to_loss(objective, value->second));
  }
  return losses;
}

ChosenArms front_arms(const StudySpec& study, const std::vector<store::TrialRow>& trials) {
  const SelectionSpec& selection = *study.selection;
  const Objective& first = study.objectives.front();
  std::vector<Arm> seen;
  std::vector<Losses> losses, filtered_losses;
  std::vector<FilteredSetting> filtered;
  std::set<std::string> texts;
  Arm baseline{selection.baseline.value_or(Point()), true, std::nullopt, std::nullopt};
  for (const store::TrialRow& row : trials) {
    const auto measured = losses_of(study.objectives, row);
    if (row.trial.role != store::Role::search || !measured) continue;
    const Point& point = row.trial.suggestion.point;
    if (!texts.insert(canonical_text(point)).second) continue;
    if (selection.baseline == point) {
      baseline.search_trial = row.trial.suggestion.number;
      baseline.search_value = row.values.at(first.metric);
    } else if (const auto one = filtered_by(selection.constraints, row)) {
      filtered.push_back(*one);
      filtered_losses.push_back(*measured);
    } else {
      seen.push_back({point, false, row.trial.suggestion.number, row.values.at(first.metric)});
      losses.push_back(*measured);
    }
  }
  ChosenArms chosen;
  if (selection.baseline) chosen.arms.push_back(std::move(baseline));
  for (std::size_t i = 0; i < filtered.size(); ++i) {
    const bool is_dominated = std::ranges::any_of(
        losses, [&](const Losses& other) { return search::dominates(other, filtered_losses[i]); });
    if (!is_dominated) chosen.filtered.push_back(filtered[i]);
  }
  if (seen.empty()) return chosen;
  const std::vector<std::size_t> front = search::pareto_front(losses);
  std::vector<Losses> members;
  for (const std::size_t index : front) members.push_back(losses[index]);
  const std::vector<double> contributions =
      search::hypervolume_contributions(members, search::reference_behind(members));
  std::vector<std::size_t> order(front.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(order, std::greater(), [&](std::size_t i) { return contributions[i]; });
  order.resize(std::min(order.size(), static_cast<std::size_t>(selection.finalists)));
  for (const std::size_t i : order) chosen.arms.push_back(std::move(seen[front[i]]));
  return chosen;
}

}  // namespace winnow::run
