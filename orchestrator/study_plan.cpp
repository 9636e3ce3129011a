#include "orchestrator/study_plan.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "orchestrator/machine_slots.hpp"
#include "orchestrator/process/system_error.hpp"
#include "orchestrator/search_trial.hpp"
#include "orchestrator/trial_program.hpp"

namespace winnow::run {
namespace {

void propose(const StudySpec& spec, std::int64_t count, StudyPlan& plan) {
  const std::unique_ptr<search::Searcher> searcher = make_searcher(spec);
  std::vector<Suggestion> pending;
  const std::int64_t last = std::min(count, spec.limits.max_trials.value_or(count));
  for (std::int64_t number = 0; number < last; ++number) {
    PlannedTrial planned;
    if (number < std::ssize(spec.points)) {
      planned.is_users = true;
      planned.suggestion.number = TrialNumber{number};
      planned.suggestion.point = spec.points[static_cast<std::size_t>(number)];
    } else {
      search::Proposal proposal = searcher->ask(search::Context{TrialNumber{number}, pending}, 1);
      plan.finished = proposal.finished && proposal.suggestions.empty();
      plan.waits = !plan.finished && proposal.suggestions.empty();
      if (proposal.suggestions.empty()) return;
      planned.suggestion = std::move(proposal.suggestions.front());
    }
    pending.push_back(planned.suggestion);
    plan.proposals.push_back(std::move(planned));
  }
}

PlannedCost cost_of(const StudySpec& spec, std::int64_t at_once) {
  PlannedCost cost;
  cost.search_trials = spec.limits.max_trials;
  const auto at_most = [&](std::optional<std::uint64_t> points) {
    if (!points ||
        (cost.search_trials && static_cast<std::uint64_t>(*cost.search_trials) <= *points))
      return;
    cost.search_trials = static_cast<std::int64_t>(*points);
  };
  // A method that knows its total counts the user's points apart from its own.
  if (const auto total = make_searcher(spec)->total()) at_most(*total + spec.points.size());
  if (spec.selection) {
    cost.finalists = spec.selection->finalists + (spec.selection->baseline ? 1 : 0);
    cost.seeds = spec.selection->seeds;
    cost.folds = spec.selection->folds.value_or(1);
  }
  if (!cost.search_trials || !spec.limits.trial_timeout_s) return cost;
  const std::int64_t trials = *cost.search_trials + cost.fresh_trials();
  cost.trial_time_s = static_cast<double>(trials) * *spec.limits.trial_timeout_s;
  const std::int64_t rounds = (trials + at_once - 1) / at_once;
  cost.elapsed_s = static_cast<double>(rounds) * *spec.limits.trial_timeout_s;
  return cost;
}

// The slots of this machine; where it has none for the study, the first one of a machine that has.
std::vector<Slot> slots_here(const StudyConfig& config, std::vector<std::string>& warnings) {
  try {
    SlotPlan found = find_slots(config);
    if (!found.note.empty()) warnings.push_back(found.note);
    return found.slots;
  } catch (const SystemError& error) {
    warnings.emplace_back(error.what());
    Slot slot;
    slot.gpus.resize(static_cast<std::size_t>(std::ceil(config.trial.gpus)));
    std::iota(slot.gpus.begin(), slot.gpus.end(), 0);
    return {slot};
  }
}

void plan_first_trial(const StudyConfig& config, const StudyFolder& folder,
                      const std::vector<Slot>& slots, StudyPlan& plan) {
  const TrialProgram program = find_trial_program(config, static_cast<int>(slots.size()));
  const store::NewTrial trial =
      search_trial(plan.proposals.front().suggestion, config.spec.seed, 0);
  store::NewAttempt attempt =
      new_attempt(trial.suggestion.number, slots.front(), 1, "RANDOM", std::nullopt);
  plan.first = plan_attempt(config, program, folder, trial, slots.front(), std::move(attempt));
  const std::set<std::string> own(program.environment.begin(), program.environment.end());
  std::ranges::copy_if(plan.first.launch.environment, std::back_inserter(plan.environment),
                       [&](const std::string& entry) { return !own.contains(entry); });
}

}  // namespace

StudyPlan plan_study(const StudyConfig& config, const StudyFolder& folder, std::int64_t proposals) {
  const StudySpec& spec = config.spec;
  StudyPlan plan;
  const std::vector<Slot> slots = slots_here(config, plan.warnings);
  const std::int64_t at_once = std::ssize(slots);
  propose(spec, proposals, plan);
  plan.exact = spec.determinism.lag.value_or(static_cast<int>(at_once));
  if (search::find_searcher(spec.method)->name == "auto")
    plan.stages = search::auto_plan(search_setup(spec));
  plan.cost = cost_of(spec, at_once);
  if (!plan.proposals.empty()) plan_first_trial(config, folder, slots, plan);
  return plan;
}

}  // namespace winnow::run
