#include "searchers/auto_plan.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "searchers/problem/error.hpp"

namespace winnow::search {
namespace {

// Up to here a model of all outcomes is worth its time; with so many, or more, the trials are
// enough for methods that need no model. After 500 trials of Rosenbrock's function in ten
// dimensions gp leaves a regret of 6, de with a descent at its end 84, after 1,000 these leave 5.
constexpr std::int64_t few_trials = 250, many_trials = 1000;
// Of the trials of a study of numbers: after so many a local descent finds more than the model
// would. Measured at 100 trials, see tests/bench/README.md.
constexpr std::int64_t modelled_tenths = 7;
// A descent needs this many trials to come anywhere: twice the 2 d + 1 points of its first model.
std::int64_t trials_of_descent(std::size_t dimension) {
  return 2 * (2 * static_cast<std::int64_t>(dimension) + 1);
}
constexpr std::int64_t most_grid_points = 1'000'000;

bool handles(const SearcherEntry& entry, const Setup& setup) {
  if (setup.objectives.size() > 1 && !entry.capabilities.multi_objective) return false;
  return std::all_of(setup.space.parameters().begin(), setup.space.parameters().end(),
                     [&](const Parameter& parameter) {
                       return (entry.capabilities.conditions || parameter.conditions.empty()) &&
                              (entry.capabilities.continuous || cardinality(parameter.domain));
                     });
}

std::string first_of(const std::vector<std::string>& preferred, const Setup& setup) {
  for (const std::string& name : preferred) {
    const SearcherEntry* entry = find_searcher(name);
    if (entry && handles(*entry, setup)) return name;
  }
  throw ConfigError("method", "auto found no method for this study; name one (winnow methods)");
}

/// Can a local descent finish the search: are numbers on a continuum all there is?
bool is_continuous(const SearchSpace& space) {
  return space.size() >= 2 && std::all_of(space.parameters().begin(), space.parameters().end(),
                                          [](const Parameter& parameter) {
                                            return !cardinality(parameter.domain) &&
                                                   parameter.conditions.empty();
                                          });
}

/// Of many trials, with prior studies: what they say about where to begin is a distribution.
std::vector<PlannedStage> from_prior_studies(const Setup& setup, std::int64_t trials) {
  return {
      {is_continuous(setup.space) ? first_of({"cmaes", "tpe"}, setup) : first_of({"tpe"}, setup),
       {},
       0,
       fmt::format("{} trials, and prior studies that say where to begin", trials)}};
}

std::vector<PlannedStage> for_many_objectives(const Setup& setup) {
  const std::size_t objectives = setup.objectives.size();
  const bool is_small = setup.max_trials.value_or(few_trials) <= few_trials;
  if (objectives <= 3 && is_small)
    return {{first_of({"mogp", "motpe", "nsga2", "sobol"}, setup),
             {},
             0,
             fmt::format("{} objectives and at most {} trials: a model of each objective pays",
                         objectives, few_trials)}};
  if (objectives <= 3)
    return {
        {first_of({"nsga2", "motpe", "sobol"}, setup),
         {},
         0,
         fmt::format("{} objectives and many trials: a front by ranks and crowding", objectives)}};
  return {{first_of({"nsga3", "nsga2", "motpe", "sobol"}, setup),
           {},
           0,
           fmt::format("{} objectives: a front spread by reference directions", objectives)}};
}

/// `trials`: 0 where there is no limit.
std::vector<PlannedStage> for_few_trials(const Setup& setup, std::int64_t trials) {
  PlannedStage model{first_of({"gp", "tpe"}, setup), {}, 0, {}};
  if (model.method == "gp") model.partner = first_of({"tpe", "random"}, setup);
  if (trials == 0) {
    model.trials = few_trials;
    model.reason = "no limit on trials: a model while they are few";
    return {model,
            {"de", {}, 0, fmt::format("after {} trials: no model of all of them", few_trials)}};
  }
  model.reason =
      fmt::format("{} trials: a model of them{} pays", trials,
                  setup.prior_studies.empty() ? "" : " and of what prior studies measured");
  const std::int64_t modelled = trials * modelled_tenths / 10;
  if (!is_continuous(setup.space) || trials - modelled < trials_of_descent(setup.space.size()))
    return {model};
  model.trials = modelled;
  PlannedStage descent{"bobyqa", {}, 0, "the last three tenths go down from the best point"};
  descent.needs_exact_losses = true;
  return {model, descent};
}

}  // namespace

std::vector<PlannedStage> auto_plan(const Setup& setup) {
  const std::optional<std::uint64_t> points = setup.space.cardinality();
  const std::int64_t trials = setup.max_trials.value_or(0);
  if (points && *points <= most_grid_points && trials > 0 &&
      *points <= static_cast<std::uint64_t>(trials))
    return {{"grid",
             {{"order", std::string("shuffled")}},
             0,
             fmt::format("{} points and {} trials: each is tried once", *points, trials)}};
  if (setup.objectives.size() > 1) return for_many_objectives(setup);

  if (trials < many_trials) return for_few_trials(setup, trials);
  if (!setup.prior_studies.empty()) return from_prior_studies(setup, trials);
  if (!is_continuous(setup.space))
    return {{"de",
             {},
             0,
             fmt::format("{} trials, choices, integers or conditions: differential evolution",
                         trials)}};
  return {{"de",
           {},
           trials * 8 / 10,
           fmt::format("{} trials of numbers: differential evolution looks around", trials)},
          {"bobyqa", {{"first_step", 0.05}}, 0, "the last fifth goes down from the best point"}};
}

}  // namespace winnow::search
