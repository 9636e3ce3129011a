// A random forest of a study's scores: what all analyses of a study ask, because it takes numbers,
// choices and conditions as they are and says how sure it is. Whatever it explains is worth as much
// as its predictions of trials that it did not see, which stand beside.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "orchestrator/report/analysis_summary.hpp"
#include "searchers/encoding/mixed_space.hpp"
#include "searchers/models/functional_anova.hpp"
#include "searchers/models/sobol_indices.hpp"
#include "searchers/problem/study.hpp"
#include "storage/records.hpp"

namespace winnow::run {

/// Throws ConfigError: `metric` is none of the study's objectives. Nothing given: the first.
const Objective& objective_named(const StudySpec& study, const std::optional<std::string>& metric);

/// A finite value of a completed trial of the search; nothing for any other.
std::optional<double> searched_value(const store::TrialRow& row, const std::string& metric);

class ScoreModel {
 public:
  /// Of the completed search trials with a finite value. Throws ConfigError: there are fewer than
  /// search::fewest_trials of them, or no parameter has more than one value.
  ScoreModel(const StudySpec& study, const std::vector<store::TrialRow>& trials,
             const Objective& objective);

  /// Parameters with more than one value are axes.
  std::size_t axes() const { return names_.size(); }
  const std::string& name(std::size_t axis) const { return names_[axis]; }
  const Objective& objective() const { return objective_; }
  const SearchSpace& space() const { return space_.space(); }

  ModelQuality quality() const;
  /// Over the whole space, all values of a parameter alike; what is not active counts with the
  /// middle of its range.
  search::FunctionalAnova shares() const;
  search::SobolIndices sensitivity() const;

  /// Some values of a parameter, from one end to the other: all of them up to a dozen.
  std::vector<Value> grid(std::size_t axis) const;
  /// The place of a value in [0, 1] (UnitCube), and of those that the trials had.
  double unit(std::size_t axis, const Value& value) const { return cube_.unit(axis, value); }
  std::vector<SeenScore> seen(std::size_t axis) const;

  /// For each axis the mean score over the whole space where the parameter has each of these
  /// values.
  std::vector<std::vector<search::OverTrees>> dependence(
      const std::vector<std::vector<Value>>& values) const;

  /// As measured, not as a loss. Needs a point of the space.
  search::RandomForest::Expected at(const Point& point) const;

 private:
  Eigen::VectorXd row_of(const Point& point) const;

  Objective objective_;
  search::MixedSpace space_;
  search::UnitCube cube_;
  std::vector<std::string> names_;
  std::vector<std::size_t> codes_;
  std::vector<search::AxisValues> values_;
  Eigen::MatrixXd rows_;    // n × axes
  Eigen::VectorXd scores_;  // n
  std::vector<TrialNumber> numbers_;
  std::vector<Point> points_;
  std::optional<search::RandomForest> forest_;  // made in the constructor
};

}  // namespace winnow::run
