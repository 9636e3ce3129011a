#include "searchers/models/random_forest.hpp"

#include <algorithm>

#include "searchers/problem/error.hpp"

namespace winnow::search {

namespace {

/// Mean and variance over trees, by Welford's update: no cancellation of large means.
class Votes {
 public:
  void add(const RegressionTree::Node& leaf) {
    ++trees_;
    const double away = leaf.mean - mean_;
    mean_ += away / trees_;
    squares_ += away * (leaf.mean - mean_);
    within_ += leaf.variance;
  }
  bool is_empty() const { return trees_ == 0; }
  RandomForest::Expected expected() const { return {mean_, (squares_ + within_) / trees_}; }

 private:
  double trees_ = 0, mean_ = 0, squares_ = 0, within_ = 0;
};

}  // namespace

RandomForest::RandomForest(const TreeData& data, const ForestForm& form, std::uint64_t seed) {
  expect(form.trees > 0 && data.y.size() > 0, "a tree and a row at least");
  const std::size_t n = static_cast<std::size_t>(data.y.size());
  for (int tree = 0; tree < form.trees; ++tree) {
    Rng rng(seed, tree, "tree");
    std::vector<std::size_t> members(form.rows_drawn > 0 ? form.rows_drawn : n);
    std::vector<bool>& drawn = drawn_.emplace_back(n);
    for (std::size_t& member : members) {
      member = static_cast<std::size_t>(rng.below(n));
      drawn[member] = true;
    }
    trees_.emplace_back(data, std::move(members), form.growth, rng);
  }
}

RandomForest::Expected RandomForest::at(const Eigen::VectorXd& row) const {
  Votes votes;
  for (const RegressionTree& tree : trees_) votes.add(tree.leaf_of(row.data()));
  return votes.expected();
}

std::vector<std::optional<RandomForest::Expected>> RandomForest::out_of_bag(
    const Eigen::MatrixXd& X) const {
  expect(static_cast<std::size_t>(X.rows()) == drawn_.front().size(), "the rows it grew on");
  std::vector<std::optional<Expected>> predicted;
  for (Eigen::Index i = 0; i < X.rows(); ++i) {
    const Eigen::VectorXd row = X.row(i);
    Votes votes;
    for (std::size_t tree = 0; tree < trees_.size(); ++tree) {
      if (!drawn_[tree][static_cast<std::size_t>(i)]) votes.add(trees_[tree].leaf_of(row.data()));
    }
    predicted.push_back(votes.is_empty() ? std::nullopt : std::optional(votes.expected()));
  }
  return predicted;
}

}  // namespace winnow::search
