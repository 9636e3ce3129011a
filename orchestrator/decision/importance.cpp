#include "orchestrator/decision/importance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "orchestrator/decision/score_model.hpp"
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

std::vector<search::CellTrial> cell_trials(const Objective& objective,
                                           const std::vector<CellParameter>& parameters,
                                           const std::vector<store::TrialRow>& trials) {
  std::vector<search::CellTrial> seen;
  for (const store::TrialRow& row : trials) {
    const std::optional<double> value = searched_value(row, objective.metric);
    if (!value) continue;
    search::CellTrial trial;
    trial.loss = to_loss(objective, *value);
    for (const CellParameter& parameter : parameters) {
      trial.cells.push_back(parameter.cell(row.trial.suggestion.point));
    }
    seen.push_back(std::move(trial));
  }
  return seen;
}

/// Parameters stand in the order of the axes.
void add_forest(const ScoreModel& model, ImportanceSummary& summary) {
  const search::FunctionalAnova shares = model.shares();
  summary.forest = model.quality();
  for (std::size_t axis = 0; axis < model.axes(); ++axis) {
    summary.parameters[axis].of_variance = shares.single[axis];
  }
  constexpr std::size_t shown_pairs = 5;
  for (const search::PairShare& pair : shares.pairs) {
    if (summary.pairs.size() == shown_pairs) break;
    summary.pairs.push_back({model.name(pair.first), model.name(pair.second), pair.share});
  }
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
  add_forest(ScoreModel(study, trials, objective), summary);
  std::ranges::stable_sort(summary.parameters, std::greater(),
                           [](const auto& parameter) { return parameter.found.share; });
  return summary;
}

}  // namespace winnow::run
