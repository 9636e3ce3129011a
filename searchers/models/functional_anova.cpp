#include "searchers/models/functional_anova.hpp"

#include <algorithm>
#include <cmath>

#include "searchers/models/tree_partition.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::search {
namespace {

OverTrees summary(const std::vector<double>& values) {
  OverTrees over;
  if (values.empty()) return over;
  const double n = static_cast<double>(values.size());
  for (const double value : values) over.mean += value / n;
  double squares = 0;
  for (const double value : values) squares += (value - over.mean) * (value - over.mean);
  if (values.size() > 1) over.deviation = std::sqrt(squares / (n - 1));
  return over;
}

}  // namespace

FunctionalAnova functional_anova(const RandomForest& forest, const std::vector<std::size_t>& codes,
                                 const std::vector<AxisValues>& axes) {
  const std::size_t d = axes.size();
  FunctionalAnova result;
  std::vector<std::vector<double>> singles(d), pairs(d * d);
  double variance = 0;
  for (const RegressionTree& tree : forest.trees()) {
    const TreePartition partition(tree, codes, axes);
    variance += partition.variance() / static_cast<double>(forest.trees().size());
    if (partition.variance() <= 0) continue;
    ++result.trees;
    std::vector<double> alone;
    for (std::size_t axis = 0; axis < d; ++axis) {
      alone.push_back(partition.variance_of(axis));
      singles[axis].push_back(alone.back() / partition.variance());
    }
    for (std::size_t j = 0; j < d; ++j) {
      for (std::size_t k = j + 1; k < d; ++k) {
        const double together = partition.variance_of(j, k) - alone[j] - alone[k];
        pairs[j * d + k].push_back(std::max(0.0, together) / partition.variance());
      }
    }
  }
  result.deviation = std::sqrt(variance);
  for (std::size_t j = 0; j < d; ++j) {
    result.single.push_back(summary(singles[j]));
    for (std::size_t k = j + 1; k < d; ++k) {
      result.pairs.push_back({j, k, summary(pairs[j * d + k])});
    }
  }
  std::ranges::stable_sort(result.pairs, std::greater(),
                           [](const PairShare& pair) { return pair.share.mean; });
  return result;
}

std::vector<std::vector<OverTrees>> marginals(const RandomForest& forest,
                                              const std::vector<std::size_t>& codes,
                                              const std::vector<AxisValues>& axes,
                                              const std::vector<std::vector<double>>& at) {
  expect(at.size() == axes.size(), "coordinates for each axis");
  std::vector<std::vector<std::vector<double>>> heights(axes.size());  // axis × place × tree
  for (std::size_t axis = 0; axis < axes.size(); ++axis) heights[axis].resize(at[axis].size());
  for (const RegressionTree& tree : forest.trees()) {
    const TreePartition partition(tree, codes, axes);
    for (std::size_t axis = 0; axis < axes.size(); ++axis) {
      const std::vector<double> of_cells = partition.marginal(axis);
      for (std::size_t i = 0; i < at[axis].size(); ++i) {
        heights[axis][i].push_back(of_cells[partition.cell_of(axis, at[axis][i])]);
      }
    }
  }
  std::vector<std::vector<OverTrees>> result(axes.size());
  for (std::size_t axis = 0; axis < axes.size(); ++axis) {
    for (const std::vector<double>& of_trees : heights[axis]) {
      result[axis].push_back(summary(of_trees));
    }
  }
  return result;
}

}  // namespace winnow::search
