#include "searchers/models/regression_tree.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

#include "searchers/numerics/axis.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::search {
namespace {

using Eigen::Index;
using Members = std::vector<std::size_t>::iterator;

/// How a box is cut, and what that gains: the squares of the sums on both sides by their numbers,
/// which grow as the sum of squares left falls.
struct Cut {
  double gain;
  std::size_t axis;
  double threshold = 0;
  std::vector<bool> sides = {};  // of nominal axes
};

// A code's place in a list of sides: what is not active comes last.
std::size_t place_of(double coordinate, std::size_t codes) {
  return coordinate == inactive ? codes : static_cast<std::size_t>(coordinate);
}

}  // namespace

class Grower {
 public:
  Grower(const TreeData& data, const TreeGrowth& growth, Rng& rng)
      : data_(data), growth_(growth), rng_(rng), axes_(data.codes.size()) {
    std::iota(axes_.begin(), axes_.end(), std::size_t{0});
  }

  void grow(RegressionTree& tree, std::vector<std::size_t> members) {
    struct Open {
      std::size_t node;
      Members begin, end;
    };
    tree.nodes_.emplace_back();
    std::vector<Open> open = {{0, members.begin(), members.end()}};
    while (!open.empty()) {
      const auto [node, begin, end] = open.back();
      open.pop_back();
      describe(tree.nodes_[node], begin, end);
      const std::optional<Cut> cut = best_cut(tree.nodes_[node], begin, end);
      if (!cut) continue;
      const std::size_t below = tree.nodes_.size();
      tree.nodes_[node].axis = cut->axis;
      tree.nodes_[node].threshold = cut->threshold;
      tree.nodes_[node].first_code = tree.code_sides_.size();
      tree.nodes_[node].below = below;
      tree.code_sides_.insert(tree.code_sides_.end(), cut->sides.begin(), cut->sides.end());
      const RegressionTree::Node parent = tree.nodes_[node];
      const Members middle = std::stable_partition(begin, end, [&](std::size_t i) {
        return tree.goes_below(parent, coordinate(i, parent.axis));
      });
      tree.nodes_.resize(below + 2);
      open.push_back({below + 1, middle, end});
      open.push_back({below, begin, middle});
    }
  }

 private:
  double coordinate(std::size_t row, std::size_t axis) const {
    return data_.X(static_cast<Index>(row), static_cast<Index>(axis));
  }
  double target(std::size_t row) const { return data_.y[static_cast<Index>(row)]; }

  void describe(RegressionTree::Node& node, Members begin, Members end) const {
    const double n = static_cast<double>(end - begin);
    node.rows = static_cast<std::size_t>(end - begin);
    for (Members each = begin; each != end; ++each) node.mean += target(*each) / n;
    for (Members each = begin; each != end; ++each) {
      const double away = target(*each) - node.mean;
      node.variance += away * away / n;
    }
  }

  std::optional<Cut> best_cut(const RegressionTree::Node& node, Members begin, Members end) {
    if (node.rows < std::max(growth_.least_split, 2 * growth_.least_leaf)) return std::nullopt;
    const auto has_first_target = [&](std::size_t i) { return target(i) == target(*begin); };
    if (std::all_of(begin, end, has_first_target)) return std::nullopt;
    mean_ = node.mean;
    std::optional<Cut> best;
    std::size_t tried = axes_.size();
    if (growth_.axes_tried > 0 && growth_.axes_tried < tried) {
      tried = growth_.axes_tried;
      rng_.shuffle(std::span<std::size_t>(axes_));
    }
    for (std::size_t k = 0; k < tried; ++k) {
      const std::size_t axis = axes_[k];
      data_.codes[axis] == 0 ? cut_numbers(axis, begin, end, best)
                             : cut_codes(axis, begin, end, best);
    }
    if (best && data_.codes[best->axis] == 0 &&
        growth_.threshold == TreeGrowth::Threshold::anywhere)
      best->threshold = anywhere_between(*best, begin, end);
    return best;
  }

  bool is_allowed(std::size_t below, std::size_t above) const {
    return std::min(below, above) >= growth_.least_leaf;
  }

  static double gain_of(double sum_below, double below, double sum_above, double above) {
    return sum_below * sum_below / below + sum_above * sum_above / above;
  }

  void cut_numbers(std::size_t axis, Members begin, Members end, std::optional<Cut>& best) {
    pairs_.clear();
    double total = 0;  // of targets less their mean: sums stay small
    for (Members each = begin; each != end; ++each) {
      pairs_.emplace_back(coordinate(*each, axis), target(*each) - mean_);
      total += pairs_.back().second;
    }
    std::sort(pairs_.begin(), pairs_.end());
    double sum = 0;
    for (std::size_t k = 1; k < pairs_.size(); ++k) {
      sum += pairs_[k - 1].second;
      if (pairs_[k - 1].first == pairs_[k].first || !is_allowed(k, pairs_.size() - k)) continue;
      const double gain =
          gain_of(sum, static_cast<double>(k), total - sum, static_cast<double>(pairs_.size() - k));
      if (best && gain <= best->gain) continue;
      const double middle = std::midpoint(pairs_[k - 1].first, pairs_[k].first);
      // Rounding may lift the middle of neighbouring doubles to the upper one.
      best = Cut{gain, axis, middle < pairs_[k].first ? middle : pairs_[k - 1].first};
    }
  }

  double anywhere_between(const Cut& cut, Members begin, Members end) {
    double low = -std::numeric_limits<double>::infinity(), high = -low;
    for (Members each = begin; each != end; ++each) {
      const double x = coordinate(*each, cut.axis);
      (x <= cut.threshold ? low : high) = x <= cut.threshold ? std::max(low, x) : std::min(high, x);
    }
    const double threshold = low + rng_.uniform() * (high - low);
    return threshold < high ? threshold : low;
  }

  void cut_codes(std::size_t axis, Members begin, Members end, std::optional<Cut>& best) {
    struct Group {
      double sum = 0;
      std::size_t rows = 0, code = 0;
      double mean() const { return sum / static_cast<double>(rows); }
    };
    const std::size_t codes = data_.codes[axis];
    std::vector<Group> all(codes + 1), groups;
    double total = 0;
    for (Members each = begin; each != end; ++each) {
      Group& group = all[place_of(coordinate(*each, axis), codes)];
      group.sum += target(*each) - mean_;
      total += target(*each) - mean_;
      ++group.rows;
    }
    for (std::size_t code = 0; code <= codes; ++code) {
      all[code].code = code;
      if (all[code].rows > 0) groups.push_back(all[code]);
    }
    std::stable_sort(groups.begin(), groups.end(),
                     [](const Group& a, const Group& b) { return a.mean() < b.mean(); });
    const std::size_t rows = static_cast<std::size_t>(end - begin);
    double sum = 0;
    std::size_t below = 0, best_last = groups.size();
    bool is_most_below = false;
    for (std::size_t k = 0; k + 1 < groups.size(); ++k) {
      sum += groups[k].sum;
      below += groups[k].rows;
      if (!is_allowed(below, rows - below)) continue;
      const double gain =
          gain_of(sum, static_cast<double>(below), total - sum, static_cast<double>(rows - below));
      if (best && gain <= best->gain) continue;
      best = Cut{gain, axis};
      best_last = k;
      is_most_below = 2 * below > rows;
    }
    if (best_last == groups.size()) return;
    best->sides.assign(codes + 1, is_most_below);
    for (std::size_t k = 0; k < groups.size(); ++k) best->sides[groups[k].code] = k <= best_last;
  }

  const TreeData& data_;
  const TreeGrowth& growth_;
  Rng& rng_;
  std::vector<std::size_t> axes_;
  std::vector<std::pair<double, double>> pairs_;  // coordinate and target, of one node and axis
  double mean_ = 0;                               // of the node that is cut
};

RegressionTree::RegressionTree(const TreeData& data, std::vector<std::size_t> members,
                               const TreeGrowth& growth, Rng& rng)
    : codes_(data.codes) {
  expect(!members.empty() && data.X.rows() == data.y.size() &&
             static_cast<std::size_t>(data.X.cols()) == data.codes.size(),
         "rows with a target each, one member at least");
  Grower(data, growth, rng).grow(*this, std::move(members));
}

bool RegressionTree::goes_below(const Node& node, double coordinate) const {
  const std::size_t codes = codes_[node.axis];
  if (codes == 0) return coordinate <= node.threshold;
  return code_sides_[node.first_code + place_of(coordinate, codes)];
}

const RegressionTree::Node& RegressionTree::leaf_of(const double* row) const {
  std::size_t at = 0;
  while (nodes_[at].axis != leaf) {
    const Node& node = nodes_[at];
    at = node.below + (goes_below(node, row[node.axis]) ? 0 : 1);
  }
  return nodes_[at];
}

}  // namespace winnow::search
