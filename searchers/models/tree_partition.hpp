// A regression tree as what it is: boxes that fill the space, each with a mean. Averages over some
// of the axes are sums over boxes. Made for functional_anova.
#pragma once

#include <cstddef>
#include <vector>

#include "searchers/models/functional_anova.hpp"
#include "searchers/models/regression_tree.hpp"

namespace winnow::search {

class TreePartition {
 public:
  /// The tree must outlive this.
  TreePartition(const RegressionTree& tree, const std::vector<std::size_t>& codes,
                const std::vector<AxisValues>& axes);

  double variance() const { return variance_; }  // of the means over the space

  /// Of the mean over all other axes, by cell of this one; cells are the values of a finite axis,
  /// else what the tree's thresholds cut [0, 1] into.
  std::vector<double> marginal(std::size_t axis) const;
  std::size_t cell_of(std::size_t axis, double coordinate) const;

  double variance_of(std::size_t axis) const;  // of that marginal
  /// Of the mean over all axes but these two; what each of them has alone is part of it.
  double variance_of(std::size_t first, std::size_t second) const;

 private:
  struct Cells {
    std::vector<double> upper;  // of a continuum: where each cell ends, the last one at 1
    std::vector<double> masses;
  };
  /// From `first` to before `last`.
  struct Run {
    std::size_t first, last;
  };
  using Region = std::vector<Run>;  // cells on one axis; several runs on nominal ones only
  struct Leaf {
    double mean, weight;          // weight: its part of the space
    std::vector<Region> regions;  // one for each axis
    std::vector<double> widths;   // their masses
  };

  void make_cells();
  void collect(std::size_t node, std::vector<Region>& regions);
  void add_leaf(const RegressionTree::Node& node, const std::vector<Region>& regions);
  Region side_of(const RegressionTree::Node& node, const Region& region, bool is_below) const;

  const RegressionTree& tree_;
  const std::vector<std::size_t>& codes_;
  const std::vector<AxisValues>& axes_;
  std::vector<Cells> cells_;
  std::vector<Leaf> leaves_;
  double mean_ = 0, variance_ = 0;
};

}  // namespace winnow::search
