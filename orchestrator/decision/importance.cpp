#include "orchestrator/decision/importance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "searchers/encoding/unit_cube.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::run {
namespace {

/// Finer cells than this show nothing more: kernels are wider (Watanabe et al. 2023, section 5).
constexpr std::uint64_t most_cells = 50;

/// A parameter with more than one value, and how its values become cells.
class CellParameter {
 public:
  CellParameter(const search::UnitCube& cube, std::size_t coordinate)
      : cube_(cube),
        coordinate_(coordinate),
        parameter_(cube.space().parameters()[cube.parameter(coordinate)]) {
    const std::optional<std::uint64_t> values = cardinality(parameter_.domain);
    const auto* choice = std::get_if<Categorical>(&parameter_.domain);
    is_finite_ = choice != nullptr || (values && *values <= most_cells);
    axis_.cells = static_cast<int>(is_finite_ ? *values : most_cells);
    axis_.is_ordered = choice == nullptr || choice->ordered;
  }

  const std::string& name() const { return parameter_.name; }
  const search::CellAxis& axis() const { return axis_; }

  int cell(const Point& point) const {
    const Value* value = point.find(parameter_.name);
    if (value == nullptr) return search::no_cell;
    if (is_finite_) return static_cast<int>(index_of(parameter_.domain, *value).value());
    const double unit = cube_.unit(coordinate_, *value);
    return std::min(axis_.cells - 1, static_cast<int>(unit * axis_.cells));  // the upper end is 1
  }

 private:
  const search::UnitCube& cube_;
  std::size_t coordinate_;
  const Parameter& parameter_;
  search::CellAxis axis_;
  bool is_finite_ = false;
};

const Objective& objective_named(const StudySpec& study, const std::optional<std::string>& metric) {
  if (!metric) return study.objectives.front();
  const auto found = std::ranges::find(study.objectives, *metric, &Objective::metric);
  if (found != study.objectives.end()) return *found;
  std::vector<std::string> names;
  for (const Objective& objective : study.objectives) names.push_back(objective.metric);
  throw ConfigError("--metric", fmt::format("{} is no objective of the study; there are: {}",
                                            *metric, fmt::join(names, ", ")));
}

std::vector<search::CellTrial> cell_trials(const Objective& objective,
                                           const std::vector<CellParameter>& parameters,
                                           const std::vector<store::TrialRow>& trials) {
  std::vector<search::CellTrial> seen;
  for (const store::TrialRow& row : trials) {
    const auto value = row.values.find(objective.metric);
    const bool is_measured = row.trial.role == store::Role::search &&
                             row.state == TrialState::completed && value != row.values.end() &&
                             std::isfinite(value->second);
    if (!is_measured) continue;
    search::CellTrial trial;
    trial.loss = to_loss(objective, value->second);
    for (const CellParameter& parameter : parameters) {
      trial.cells.push_back(parameter.cell(row.trial.suggestion.point));
    }
    seen.push_back(std::move(trial));
  }
  return seen;
}

}  // namespace

ImportanceSummary importance(const StudySpec& study, const std::vector<store::TrialRow>& trials,
                             const std::optional<std::string>& metric) {
  const Objective& objective = objective_named(study, metric);
  const search::UnitCube cube(study.space);
  std::vector<CellParameter> parameters;
  std::vector<search::CellAxis> axes;
  for (std::size_t k = 0; k < cube.dimension(); ++k) {
    parameters.emplace_back(cube, k);
    axes.push_back(parameters.back().axis());
  }
  if (axes.empty()) throw ConfigError("STUDY", "no parameter of the study has a second value");
  const std::vector<search::CellTrial> seen = cell_trials(objective, parameters, trials);
  if (std::ssize(seen) < search::fewest_trials) {
    throw ConfigError("STUDY",
                      fmt::format("{} completed trial{} with a value of {}; importances need {} or "
                                  "more",
                                  seen.size(), seen.size() == 1 ? "" : "s", objective.metric,
                                  search::fewest_trials));
  }
  const search::PedAnova found = search::ped_anova(axes, seen);
  ImportanceSummary summary{study.name, objective.metric, static_cast<int>(seen.size()), found.best,
                            found.held_out_auc};
  // Of the Mann–Whitney statistic without ties, divided by the number of pairs.
  const double best = found.best, rest = summary.trials - found.best;
  if (rest > 0) summary.auc_sd_by_chance = std::sqrt((best + rest + 1) / (12 * best * rest));
  for (std::size_t k = 0; k < axes.size(); ++k) {
    summary.parameters.push_back({parameters[k].name(), found.axes[k]});
  }
  std::ranges::stable_sort(summary.parameters, std::greater(),
                           [](const auto& parameter) { return parameter.found.share; });
  return summary;
}

}  // namespace winnow::run
