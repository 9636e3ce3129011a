#include "searchers/models/tree_partition.hpp"

#include <algorithm>
#include <utility>

#include "searchers/problem/error.hpp"

namespace winnow::search {

TreePartition::TreePartition(const RegressionTree& tree, const std::vector<std::size_t>& codes,
                             const std::vector<AxisValues>& axes)
    : tree_(tree), codes_(codes), axes_(axes) {
  expect(codes.size() == axes.size(), "an axis for each column");
  make_cells();
  std::vector<Region> everywhere;
  for (const Cells& cells : cells_) everywhere.push_back({{0, cells.masses.size()}});
  collect(0, everywhere);
  for (const Leaf& leaf : leaves_) mean_ += leaf.weight * leaf.mean;
  // About the mean: squares of large means would cancel.
  for (Leaf& leaf : leaves_) {
    leaf.mean -= mean_;
    variance_ += leaf.weight * leaf.mean * leaf.mean;
  }
}

void TreePartition::make_cells() {
  cells_.resize(axes_.size());
  for (std::size_t axis = 0; axis < axes_.size(); ++axis) cells_[axis].masses = axes_[axis].masses;
  for (const RegressionTree::Node& node : tree_.nodes()) {
    if (node.axis == RegressionTree::leaf || !axes_[node.axis].coordinates.empty()) continue;
    cells_[node.axis].upper.push_back(node.threshold);
  }
  for (std::size_t axis = 0; axis < axes_.size(); ++axis) {
    if (!axes_[axis].coordinates.empty()) continue;
    Cells& cells = cells_[axis];
    std::ranges::sort(cells.upper);
    const auto [first, last] = std::ranges::unique(cells.upper);
    cells.upper.erase(first, last);
    if (cells.upper.empty() || cells.upper.back() < 1) cells.upper.push_back(1);
    double low = 0;
    for (const double high : cells.upper) cells.masses.push_back(high - std::exchange(low, high));
  }
}

TreePartition::Region TreePartition::side_of(const RegressionTree::Node& node, const Region& region,
                                             bool is_below) const {
  const Cells& cells = cells_[node.axis];
  const AxisValues& values = axes_[node.axis];
  const auto belongs = [&](std::size_t cell) {
    const double coordinate = values.coordinates.empty() ? cells.upper[cell]  // (…, upper]
                                                         : values.coordinates[cell];
    return tree_.goes_below(node, coordinate) == is_below;
  };
  Region side;
  for (const Run& run : region) {
    for (std::size_t cell = run.first; cell < run.last; ++cell) {
      if (!belongs(cell)) continue;
      const bool goes_on = !side.empty() && side.back().last == cell;
      goes_on ? void(++side.back().last) : side.push_back({cell, cell + 1});
    }
  }
  return side;
}

void TreePartition::collect(std::size_t node_index, std::vector<Region>& regions) {
  const RegressionTree::Node& node = tree_.nodes()[node_index];
  if (node.axis == RegressionTree::leaf) return add_leaf(node, regions);
  Region whole = regions[node.axis];
  for (const bool is_below : {true, false}) {
    regions[node.axis] = side_of(node, whole, is_below);
    // No value of a finite axis may lie there.
    if (!regions[node.axis].empty()) collect(node.below + (is_below ? 0 : 1), regions);
  }
  regions[node.axis] = std::move(whole);
}

void TreePartition::add_leaf(const RegressionTree::Node& node, const std::vector<Region>& regions) {
  Leaf leaf{node.mean, 1, regions, {}};
  for (std::size_t axis = 0; axis < regions.size(); ++axis) {
    double width = 0;
    for (const Run& run : regions[axis]) {
      for (std::size_t cell = run.first; cell < run.last; ++cell)
        width += cells_[axis].masses[cell];
    }
    leaf.widths.push_back(width);
    leaf.weight *= width;
  }
  if (leaf.weight > 0) leaves_.push_back(std::move(leaf));
}

std::vector<double> TreePartition::marginal(std::size_t axis) const {
  // What a run adds begins at its first cell and ends at its last: summed up once.
  std::vector<double> steps(cells_[axis].masses.size() + 1);
  for (const Leaf& leaf : leaves_) {
    const double part = leaf.mean * (leaf.weight / leaf.widths[axis]);
    for (const Run& run : leaf.regions[axis]) {
      steps[run.first] += part;
      steps[run.last] -= part;
    }
  }
  steps.pop_back();
  double height = mean_;
  for (double& step : steps) step = height += step;
  return steps;
}

std::size_t TreePartition::cell_of(std::size_t axis, double coordinate) const {
  const std::vector<double>& edges =
      axes_[axis].coordinates.empty() ? cells_[axis].upper : axes_[axis].coordinates;
  const auto cell = std::ranges::lower_bound(edges, coordinate);
  return static_cast<std::size_t>(std::min(cell, edges.end() - 1) - edges.begin());
}

double TreePartition::variance_of(std::size_t axis) const {
  const std::vector<double> heights = marginal(axis);
  double variance = 0;
  for (std::size_t cell = 0; cell < heights.size(); ++cell) {
    const double away = heights[cell] - mean_;
    variance += cells_[axis].masses[cell] * away * away;
  }
  return variance;
}

double TreePartition::variance_of(std::size_t first, std::size_t second) const {
  const std::vector<double>&rows = cells_[first].masses, &columns = cells_[second].masses;
  const std::size_t stride = columns.size() + 1;
  std::vector<double> steps((rows.size() + 1) * stride);
  for (const Leaf& leaf : leaves_) {
    const double part = leaf.mean * (leaf.weight / (leaf.widths[first] * leaf.widths[second]));
    for (const Run& down : leaf.regions[first]) {
      for (const Run& along : leaf.regions[second]) {
        steps[down.first * stride + along.first] += part;
        steps[down.first * stride + along.last] -= part;
        steps[down.last * stride + along.first] -= part;
        steps[down.last * stride + along.last] += part;
      }
    }
  }
  double variance = 0;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    double height = 0, of_row = 0;
    for (std::size_t column = 0; column < columns.size(); ++column) {
      double& step = steps[row * stride + column];
      // steps[] becomes the sum of all rows so far, height that of all columns so far.
      if (row > 0) step += steps[(row - 1) * stride + column];
      height += step;
      of_row += columns[column] * height * height;
    }
    variance += rows[row] * of_row;
  }
  return variance;
}

}  // namespace winnow::search
