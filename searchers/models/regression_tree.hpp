// A regression tree: the space cut into boxes, one axis at a time, so that the targets within each
// box differ little. Forests are made of them, and what a box is decides how important an axis is.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <vector>

#include "searchers/numerics/rng.hpp"

namespace winnow::search {

/// Rows of a mixed space with their targets. X: n × d, one row a point; `codes` (d): 0 for a
/// number, else how many codes 0, 1, 2 … a nominal axis has. Where an axis is `inactive`
/// (numerics/axis.hpp) it is below all numbers, and one more code.
struct TreeData {
  const std::vector<std::size_t>& codes;
  const Eigen::MatrixXd& X;
  const Eigen::VectorXd& y;
};

struct TreeGrowth {
  std::size_t least_split = 2;  // a box of fewer rows is not cut
  std::size_t least_leaf = 1;   // no cut leaves fewer rows on a side
  std::size_t axes_tried = 0;   // at each cut, drawn anew; 0: all
  enum class Threshold { middle, anywhere } threshold = Threshold::middle;
};

/// Breiman, Friedman, Olshen, Stone (1984), "Classification and regression trees", chapter 8: each
/// cut is the one that leaves the least sum of squares. Nominal axes: codes in the order of their
/// mean targets, of which the best cut is the best of all (Fisher 1958, "On grouping for maximum
/// homogeneity"); a code without rows goes where most rows go. Thresholds lie in the middle between
/// two values or anywhere between them, for smooth means and honest spreads of forests: Hutter, Xu,
/// Hoos, Leyton-Brown (2014), "Algorithm runtime prediction: methods and evaluation", section 4.3.
class RegressionTree {
 public:
  static constexpr std::size_t leaf = static_cast<std::size_t>(-1);

  struct Node {
    std::size_t axis = leaf;        // which is cut
    double threshold = 0;           // numbers up to it go to `below`, larger ones to the node after
    std::size_t first_code = 0;     // of nominal axes: where their sides begin, see goes_below()
    std::size_t below = 0;          // nodes; the other child is below + 1
    double mean = 0, variance = 0;  // of the targets of its rows; variance with n
    std::size_t rows = 0;
  };

  /// Grows on the rows `members`, which may repeat; one at least. O(d n log² n) where cuts are
  /// even.
  RegressionTree(const TreeData& data, std::vector<std::size_t> members, const TreeGrowth& growth,
                 Rng& rng);

  /// From the root on; a node's children come after it.
  const std::vector<Node>& nodes() const { return nodes_; }
  /// Does a row with this coordinate on the node's axis go to `below`?
  bool goes_below(const Node& node, double coordinate) const;
  /// The leaf of a row: d coordinates.
  const Node& leaf_of(const double* row) const;

 private:
  friend class Grower;
  std::vector<Node> nodes_;
  std::vector<std::size_t> codes_;  // of each axis
  std::vector<bool> code_sides_;    // for each nominal cut: of its codes and of being inactive
};

}  // namespace winnow::search
