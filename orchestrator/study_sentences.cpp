#include "orchestrator/study_sentences.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/config/scalar.hpp"
#include "orchestrator/config/study_config.hpp"
#include "orchestrator/report/terminal_text.hpp"

namespace winnow::run {

std::string space_sentence(const StudySpec& spec) {
  const SearchSpace& space = spec.space;
  const std::size_t count = space.size();
  const bool is_finite = std::ranges::all_of(space.parameters(), [](const Parameter& parameter) {
    return cardinality(parameter.domain).has_value();
  });
  std::string points = is_finite ? "more than 2^63 points" : "infinitely many points";
  if (const auto number = space.cardinality()) points = fmt::format("{} distinct points", *number);
  if (const auto total = make_searcher(spec)->total(); total && total != space.cardinality()) {
    points += fmt::format(", of which {} tries {}", spec.method, *total);
  }
  return fmt::format("{} parameter{}, {}", count, count == 1 ? "" : "s", points);
}

std::string objective_sentence(const std::vector<Objective>& objectives) {
  std::string text;
  for (const Objective& objective : objectives) {
    const bool least = objective.direction == Direction::minimize;
    text += fmt::format("{}{} {}", text.empty() ? "" : " and ", least ? "minimises" : "maximises",
                        terminal_text(objective.metric));
  }
  return text;
}

std::string limits_sentence(const Limits& limits) {
  std::string text = limits.max_trials ? fmt::format("at most {} trials", *limits.max_trials)
                                       : std::string("any number of trials");
  text += fmt::format(", {} at once", limits.max_concurrent);
  if (limits.max_duration_s)
    text += fmt::format(", {} in all", duration_text(*limits.max_duration_s));
  if (limits.trial_timeout_s) {
    text += fmt::format(", {} a trial", duration_text(*limits.trial_timeout_s));
  }
  if (limits.max_gpu_hours) text += fmt::format(", {} GPU hours", *limits.max_gpu_hours);
  return text;
}

std::string selection_sentence(const SelectionSpec& selection) {
  const int arms = selection.finalists + (selection.baseline ? 1 : 0);
  const int trials = arms * selection.seeds * selection.folds.value_or(1);
  std::string text = selection.baseline
                         ? fmt::format("the winner is proven by {}", to_text(selection.test))
                         : std::string("without a baseline the winner is chosen, not proven,");
  text += fmt::format(" on {} fresh seeds", selection.seeds);
  if (selection.power) {
    text += fmt::format(" (power {:g} for a difference of {:g} sd)", selection.power->power,
                        selection.power->effect);
  }
  if (selection.folds) text += fmt::format(" of {} folds", *selection.folds);
  for (const MetricBound& bound : selection.constraints) {
    text += fmt::format(", {}", to_text(bound));
  }
  return text + fmt::format(", at most {} further trials", trials);
}

}  // namespace winnow::run
