#include "searchers/models/random_forest.hpp"

#include <algorithm>

#include "searchers/problem/error.hpp"

namespace winnow::search {

RandomForest::RandomForest(const TreeData& data, const ForestForm& form, std::uint64_t seed) {
  expect(form.trees > 0 && data.y.size() > 0, "a tree and a row at least");
  const std::size_t n = static_cast<std::size_t>(data.y.size());
  for (int tree = 0; tree < form.trees; ++tree) {
    Rng rng(seed, tree, "tree");
    std::vector<std::size_t> members(n);
    for (std::size_t& member : members) member = static_cast<std::size_t>(rng.below(n));
    trees_.emplace_back(data, std::move(members), form.growth, rng);
  }
}

RandomForest::Expected RandomForest::at(const Eigen::VectorXd& row) const {
  const double trees = static_cast<double>(trees_.size());
  double mean = 0, within = 0, squares = 0;
  for (const RegressionTree& tree : trees_) {
    const RegressionTree::Node& leaf = tree.leaf_of(row.data());
    // Welford's update: no cancellation of large means.
    const double seen = static_cast<double>(&tree - trees_.data() + 1), away = leaf.mean - mean;
    mean += away / seen;
    squares += away * (leaf.mean - mean);
    within += leaf.variance;
  }
  return {mean, (squares + within) / trees};
}

}  // namespace winnow::search
