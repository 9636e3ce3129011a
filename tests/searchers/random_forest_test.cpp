#include "searchers/models/random_forest.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "searchers/numerics/axis.hpp"
#include "tests/searchers/method_support.hpp"
#include "tests/searchers/model_support.hpp"

using namespace winnow;
using namespace winnow::search;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using std::int64_t;
using std::string;

namespace {

std::vector<std::size_t> all_rows(Index n) {
  std::vector<std::size_t> members(static_cast<std::size_t>(n));
  std::iota(members.begin(), members.end(), std::size_t{0});
  return members;
}

RegressionTree grown(const std::vector<std::size_t>& codes, const MatrixXd& X, const VectorXd& y,
                     const TreeGrowth& growth = {}) {
  Rng rng(1, 0, "tree");
  return RegressionTree({codes, X, y}, all_rows(y.size()), growth, rng);
}

double mean_at(const RegressionTree& tree, const VectorXd& row) {
  return tree.leaf_of(row.data()).mean;
}

double squares_about_mean(const VectorXd& y) { return (y.array() - y.mean()).square().sum(); }

}  // namespace

TEST_CASE("a tree on numbers is scikit-learn's: the same cuts, the same predictions") {
  for (const auto& golden : tests::golden("regression_tree").at("cases")) {
    const MatrixXd X = to_matrix(golden.at("x"));
    const VectorXd y = to_vector(golden.at("y"));
    const std::vector<std::size_t> codes(static_cast<std::size_t>(X.cols()), 0);
    const TreeGrowth growth{golden.at("least_split").get<std::size_t>(),
                            golden.at("least_leaf").get<std::size_t>()};
    const RegressionTree tree = grown(codes, X, y, growth);
    std::vector<std::pair<std::size_t, double>> cuts;
    for (const RegressionTree::Node& node : tree.nodes())
      if (node.axis != RegressionTree::leaf) cuts.emplace_back(node.axis, node.threshold);
    std::sort(cuts.begin(), cuts.end());
    CHECK(cuts == golden.at("cuts").get<std::vector<std::pair<std::size_t, double>>>());
    const MatrixXd at = to_matrix(golden.at("at"));
    for (Index i = 0; i < at.rows(); ++i)
      CHECK(mean_at(tree, at.row(i)) == tests::near(golden.at("predicted").at(i)));
  }
}

TEST_CASE("the cut of a choice is the best of all ways to part its values") {
  const std::vector<std::size_t> codes = {5};
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Rng rng(seed, 0, "choices");
    MatrixXd X(24, 1);
    VectorXd y(24);
    for (Index i = 0; i < 24; ++i) {
      X(i, 0) = i % 6 == 5 ? inactive : static_cast<double>(i % 6);
      y[i] = rng.normal() + std::sin(3.0 * static_cast<double>((i % 6 * 2654435761u) % 7));
    }
    const RegressionTree tree = grown(codes, X, y, {.least_split = 24});  // one cut
    REQUIRE(tree.nodes().size() == 3);
    double squares = 0, least = 1e300;
    for (std::size_t child : {1, 2})
      squares += tree.nodes()[child].variance * static_cast<double>(tree.nodes()[child].rows);
    for (unsigned parted = 1; parted < 63; ++parted) {  // every way to part six groups
      std::vector<double> below, above;
      for (Index i = 0; i < 24; ++i) (parted >> (i % 6) & 1 ? below : above).push_back(y[i]);
      const Eigen::Map<VectorXd> a(below.data(), std::ssize(below)),
          b(above.data(), std::ssize(above));
      least = std::min(least, squares_about_mean(a) + squares_about_mean(b));
    }
    CHECK(squares == Approx(least));
  }
}

TEST_CASE("a value that a box never saw goes where most of its rows went") {
  const std::vector<std::size_t> codes = {4};
  MatrixXd X(5, 1);
  X << 0, 0, 0, 1, 1;
  const VectorXd y = (VectorXd(5) << 1, 1, 1, 9, 9).finished();
  const RegressionTree tree = grown(codes, X, y);
  CHECK(mean_at(tree, VectorXd::Constant(1, 1)) == 9);
  for (const double unseen : {2.0, 3.0, inactive})
    CHECK(mean_at(tree, VectorXd::Constant(1, unseen)) == 1);
}

TEST_CASE("leaves keep their least number of rows, and their targets add up to all") {
  const MatrixXd X = uniform_rows(90, 3, 4);
  const VectorXd y = (5 * X.col(0).array()).sin() + X.col(1).array();
  const RegressionTree tree = grown({0, 0, 0}, X, y, {.least_leaf = 4, .axes_tried = 2});
  std::size_t rows = 0;
  double sum = 0;
  for (const RegressionTree::Node& node : tree.nodes()) {
    if (node.axis != RegressionTree::leaf) continue;
    CHECK(node.rows >= 4);
    rows += node.rows;
    sum += static_cast<double>(node.rows) * node.mean;
  }
  CHECK(rows == 90);
  CHECK(sum == Approx(y.sum()));
}

TEST_CASE("a forest predicts what it did not see") {
  const MatrixXd X = uniform_rows(300, 2, 5);
  const auto f = [](double a, double b) { return std::sin(6 * a) + b; };
  VectorXd y(300);
  for (Index i = 0; i < 300; ++i) y[i] = f(X(i, 0), X(i, 1));
  const std::vector<std::size_t> codes = {0, 0};
  const RandomForest forest(
      {codes, X, y}, {.trees = 30, .growth = {.threshold = TreeGrowth::Threshold::anywhere}}, 7);
  const MatrixXd fresh = uniform_rows(100, 2, 6);
  double squares = 0, total = 0;
  for (Index i = 0; i < 100; ++i) {
    const VectorXd row = fresh.row(i);
    const double truth = f(row[0], row[1]);
    squares += std::pow(forest.at(row).mean - truth, 2);
    total += std::pow(truth - y.mean(), 2);
  }
  CHECK(squares < 0.02 * total);
  CHECK(forest.trees().size() == 30);
}

TEST_CASE("a forest's variance is that of its trees and of their leaves") {
  const MatrixXd X = uniform_rows(40, 2, 8);
  const VectorXd y = 1e8 + X.col(0).array() - X.col(1).array();
  const std::vector<std::size_t> codes = {0, 0};
  const RandomForest forest({codes, X, y}, {.trees = 5, .growth = {.least_leaf = 6}}, 3);
  const VectorXd row = VectorXd::Constant(2, 0.4);
  VectorXd means(5), variances(5);
  for (Index t = 0; t < 5; ++t) {
    const RegressionTree::Node& leaf =
        forest.trees()[static_cast<std::size_t>(t)].leaf_of(row.data());
    means[t] = leaf.mean - 1e8;
    variances[t] = leaf.variance;
  }
  CHECK(forest.at(row).mean - 1e8 == Approx(means.mean()).epsilon(1e-6));
  CHECK(forest.at(row).variance ==
        Approx(squares_about_mean(means) / 5 + variances.mean()).epsilon(1e-6));
}

TEST_CASE("the forest's search finds the branch, the choice and the number of a jumping loss") {
  const SearchSpace space(
      {{"model", Categorical{{string("tree"), string("net")}}},
       {"kind", Categorical{{string("a"), string("b"), string("c"), string("d")}}},
       {"depth", Integer{1, 12}, {{"model", {string("tree")}}}},
       {"rate", Real{1e-5, 1, Scale::log}, {{"model", {string("net")}}}}});
  const auto loss = [](const Point& point) {
    const bool is_net = std::get<string>(*point.find("model")) == "net";
    const double kind = std::get<string>(*point.find("kind")) == "c" ? 0 : 1;
    if (!is_net) return 3 + kind + std::abs(as_number(*point.find("depth")) - 7) / 10;
    return kind + std::abs(std::log10(as_number(*point.find("rate"))) + 3);
  };
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const auto searcher = made("random_forest", space, {{"candidates", int64_t{200}}}, seed, 60);
    int best_ones = 0;
    for (int64_t trial = 0; trial < 60; ++trial) {
      const Suggestion next = searcher->ask({TrialNumber{trial}, {}}, 1).suggestions.at(0);
      best_ones += loss(next.point) < 0.5;
      searcher->tell({next, Ending::completed, {loss(next.point)}, 1});
    }
    CHECK(best_ones > 12);  // a random point is one of them with odds of 1 : 39
  }
}

TEST_CASE("losses of any size leave the forest's search searching") {
  const SearchSpace space({{"x", Real{0, 1}}, {"c", Categorical{{string("a"), string("b")}}}});
  for (const double huge : {1.0, 1.7e308}) {
    const auto searcher = made("random_forest", space, {{"candidates", int64_t{20}}});
    for (int64_t trial = 0; trial < 60; ++trial) {
      const Suggestion next = searcher->ask({TrialNumber{trial}, {}}, 1).suggestions.at(0);
      CHECK(space.contains(next.point));
      const double loss = huge == 1 ? 1 : (trial % 3 - 1) * huge;
      searcher->tell({next, Ending::completed, {loss}, 1});
    }
  }
}
