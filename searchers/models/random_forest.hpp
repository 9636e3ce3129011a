// Regression trees on resampled rows: their mean predicts, their spread says how sure it is. Takes
// any mixture of numbers, choices and conditions as it is, jumps and plateaus included.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <optional>
#include <vector>

#include "searchers/models/regression_tree.hpp"

namespace winnow::search {

struct ForestForm {
  int trees = 10;
  TreeGrowth growth = {};
  std::size_t rows_drawn = 0;  // for each tree; 0: as many as there are
};

/// Breiman (2001), "Random forests", Machine Learning 45, 5–32; mean and variance of a prediction:
/// Hutter, Xu, Hoos, Leyton-Brown (2014), "Algorithm runtime prediction: methods and evaluation",
/// section 4.3.2.
class RandomForest {
 public:
  /// `data`: one row at least. Each tree grows on rows drawn with repeats; a function of `seed`.
  /// O(trees · d n log² n) of n rows drawn.
  RandomForest(const TreeData& data, const ForestForm& form, std::uint64_t seed);

  struct Expected {
    double mean;
    double variance;  // of the trees' means, plus the mean of the variances in their leaves
  };
  /// O(trees · log n).
  Expected at(const Eigen::VectorXd& row) const;

  /// The rows that the forest grew on, each as if it were new: by the trees that did not draw it.
  /// Nothing for a row that all trees drew. Breiman (1996), "Out-of-bag estimation".
  std::vector<std::optional<Expected>> out_of_bag(const Eigen::MatrixXd& X) const;

  const std::vector<RegressionTree>& trees() const { return trees_; }

 private:
  std::vector<RegressionTree> trees_;
  std::vector<std::vector<bool>> drawn_;  // trees × rows
};

}  // namespace winnow::search
