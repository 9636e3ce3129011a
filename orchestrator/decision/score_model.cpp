#include "orchestrator/decision/score_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "searchers/models/ped_anova.hpp"
#include "searchers/problem/error.hpp"
#include "searchers/stats/relations/correlation.hpp"

namespace winnow::run {
namespace {

using Eigen::Index;

/// Eight times surer than one tree: of a spread of 0.08, as single trees of a few hundred trials
/// have it, 0.01 is left.
constexpr int trees = 64;
/// Larger forests show nothing finer, and take the square of their leaves where two axes meet.
constexpr std::size_t most_rows_drawn = 2000;
/// Leaves of single trials follow their noise (Breiman 2001 takes five for regression; of some
/// dozens of trials that leaves no tree).
constexpr std::size_t least_leaf = 3;
/// A finite parameter beyond this is as good as a continuum.
constexpr std::uint64_t most_listed = 64;
constexpr std::size_t grid_values = 11;
constexpr std::uint64_t all_values_up_to = 12;
constexpr std::uint64_t seed = 0;  // of the forest: the same study is always explained alike

/// A third of the axes at each cut (Breiman 2001, section 11), so that no axis hides another.
std::size_t axes_tried(std::size_t axes) { return std::max<std::size_t>(3, axes / 3); }

search::AxisValues values_on(const search::MixedSpace& space, std::size_t axis) {
  const auto [kind, count] = space.axes()[axis];
  search::AxisValues values;
  if (count == 0 || (count > most_listed && kind != search::AxisKind::nominal)) return values;
  for (std::uint64_t k = 0; k < count; ++k) {
    values.coordinates.push_back(space.coordinate(axis, k));
    values.masses.push_back(1.0 / static_cast<double>(count));
  }
  return values;
}

double middle_of(const search::AxisValues& values, search::AxisKind kind) {
  if (kind == search::AxisKind::nominal) return 0;
  return values.coordinates.empty() ? 0.5 : values.coordinates[values.coordinates.size() / 2];
}

}  // namespace

const Objective& objective_named(const StudySpec& study, const std::optional<std::string>& metric) {
  if (!metric) return study.objectives.front();
  const auto found = std::ranges::find(study.objectives, *metric, &Objective::metric);
  if (found != study.objectives.end()) return *found;
  std::vector<std::string> names;
  for (const Objective& objective : study.objectives) names.push_back(objective.metric);
  throw ConfigError("--metric", fmt::format("{} is no objective of the study; there are: {}",
                                            *metric, fmt::join(names, ", ")));
}

std::optional<double> searched_value(const store::TrialRow& row, const std::string& metric) {
  if (row.trial.role != store::Role::search || row.state != TrialState::completed) {
    return std::nullopt;
  }
  const auto value = row.values.find(metric);
  const bool is_finite = value != row.values.end() && std::isfinite(value->second);
  return is_finite ? std::optional(value->second) : std::nullopt;
}

ScoreModel::ScoreModel(const StudySpec& study, const std::vector<store::TrialRow>& trials,
                       const Objective& objective)
    : objective_(objective), space_(study.space), cube_(study.space) {
  for (std::size_t axis = 0; axis < space_.dimension(); ++axis) {
    const auto [kind, count] = space_.axes()[axis];
    names_.push_back(study.space.parameters()[cube_.parameter(axis)].name);
    codes_.push_back(kind == search::AxisKind::nominal ? count : 0);
    values_.push_back(values_on(space_, axis));
  }
  if (names_.empty()) throw ConfigError("STUDY", "no parameter of the study has a second value");
  std::vector<Eigen::VectorXd> rows;
  std::vector<double> scores;
  for (const store::TrialRow& row : trials) {
    const std::optional<double> value = searched_value(row, objective.metric);
    if (!value) continue;
    rows.push_back(row_of(row.trial.suggestion.point));
    scores.push_back(*value);
    numbers_.push_back(row.trial.suggestion.number);
    points_.push_back(row.trial.suggestion.point);
  }
  if (std::ssize(rows) < search::fewest_trials) {
    throw ConfigError("STUDY",
                      fmt::format("{} completed trial{} with a value of {}; a model of its scores "
                                  "needs {} or more",
                                  rows.size(), rows.size() == 1 ? "" : "s", objective.metric,
                                  search::fewest_trials));
  }
  rows_.resize(std::ssize(rows), std::ssize(names_));
  for (std::size_t i = 0; i < rows.size(); ++i) rows_.row(static_cast<Index>(i)) = rows[i];
  scores_ = Eigen::Map<const Eigen::VectorXd>(scores.data(), std::ssize(scores));
  forest_.emplace(
      search::TreeData{codes_, rows_, scores_},
      search::ForestForm{.trees = trees,
                         .growth = {.least_leaf = least_leaf,
                                    .axes_tried = axes_tried(names_.size()),
                                    .threshold = search::TreeGrowth::Threshold::anywhere},
                         .rows_drawn = std::min(rows.size(), most_rows_drawn)},
      seed);
}

Eigen::VectorXd ScoreModel::row_of(const Point& point) const {
  Eigen::VectorXd row = space_.encode(point);
  for (std::size_t axis = 0; axis < names_.size(); ++axis) {
    double& coordinate = row[static_cast<Index>(axis)];
    if (coordinate == search::inactive) {
      coordinate = middle_of(values_[axis], space_.axes()[axis].kind);
    }
  }
  return row;
}

ModelQuality ScoreModel::quality() const {
  constexpr double central_90 = 1.645;  // of the standard normal, on both sides
  ModelQuality quality;
  const auto held_out = forest_->out_of_bag(rows_);
  std::vector<double> observed, predicted;
  for (std::size_t i = 0; i < held_out.size(); ++i) {
    if (!held_out[i]) continue;
    const double score = scores_[static_cast<Index>(i)];
    observed.push_back(score);
    predicted.push_back(held_out[i]->mean);
    quality.held_out.push_back(
        {numbers_[i], score, held_out[i]->mean, std::sqrt(held_out[i]->variance)});
  }
  quality.trials = static_cast<int>(observed.size());
  if (observed.size() < 2) return quality;
  const double mean = stats::mean(observed);
  double errors = 0, squares = 0, inside = 0;
  for (const HeldOut& one : quality.held_out) {
    errors += (one.observed - one.predicted) * (one.observed - one.predicted);
    squares += (one.observed - mean) * (one.observed - mean);
    inside += std::abs(one.observed - one.predicted) <= central_90 * one.deviation;
  }
  quality.coverage_90 = inside / static_cast<double>(quality.trials);
  if (squares > 0) quality.r_squared = 1 - errors / squares;
  const auto ranks = stats::spearman(observed, predicted, {.tail = stats::Tail::greater});
  if (ranks) {
    quality.rank_correlation = ranks->coefficient;
    quality.rank_p = ranks->test.p;
  }
  return quality;
}

search::FunctionalAnova ScoreModel::shares() const {
  return search::functional_anova(*forest_, codes_, values_);
}

search::SobolIndices ScoreModel::sensitivity() const {
  const auto predicted = [&](std::span<const double> unit) {
    Eigen::VectorXd row(std::ssize(values_));
    for (std::size_t axis = 0; axis < values_.size(); ++axis) {
      const std::vector<double>& listed = values_[axis].coordinates;
      const auto place = static_cast<std::size_t>(unit[axis] * static_cast<double>(listed.size()));
      row[static_cast<Index>(axis)] =
          listed.empty() ? unit[axis] : listed[std::min(place, listed.size() - 1)];
    }
    return forest_->at(row).mean;
  };
  return search::sobol_indices(predicted, values_.size(), seed);
}

std::vector<Value> ScoreModel::grid(std::size_t axis) const {
  const Domain& domain = space().parameters()[cube_.parameter(axis)].domain;
  const std::uint64_t count = space_.axes()[axis].values;
  std::vector<Value> values;
  if (count > 0 && (count <= all_values_up_to || codes_[axis] > 0)) {
    for (std::uint64_t k = 0; k < count; ++k) values.push_back(value_at(domain, k));
    return values;
  }
  for (std::size_t k = 0; k < grid_values; ++k) {
    values.push_back(cube_.value(axis, static_cast<double>(k) / (grid_values - 1)));
  }
  return values;
}

std::vector<SeenScore> ScoreModel::seen(std::size_t axis) const {
  std::vector<SeenScore> all;
  for (std::size_t i = 0; i < points_.size(); ++i) {
    const Value* value = points_[i].find(names_[axis]);
    if (value == nullptr) continue;
    all.push_back({numbers_[i], cube_.unit(axis, *value), scores_[static_cast<Index>(i)]});
  }
  return all;
}

std::vector<std::vector<search::OverTrees>> ScoreModel::dependence(
    const std::vector<std::vector<Value>>& values) const {
  std::vector<std::vector<double>> coordinates(values.size());
  for (std::size_t axis = 0; axis < values.size(); ++axis) {
    const Domain& domain = space().parameters()[cube_.parameter(axis)].domain;
    for (const Value& value : values[axis]) {
      coordinates[axis].push_back(codes_[axis] > 0 ? static_cast<double>(*index_of(domain, value))
                                                   : cube_.unit(axis, value));
    }
  }
  return search::marginals(*forest_, codes_, values_, coordinates);
}

search::RandomForest::Expected ScoreModel::at(const Point& point) const {
  return forest_->at(row_of(point));
}

}  // namespace winnow::run
