#include "searchers/models/functional_anova.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "searchers/models/sobol_indices.hpp"
#include "tests/searchers/model_support.hpp"

using namespace winnow;
using namespace winnow::search;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

constexpr double pi = 3.14159265358979323846;

AxisValues evenly(std::vector<double> coordinates) {
  const double mass = 1.0 / static_cast<double>(coordinates.size());
  std::vector<double> masses(coordinates.size(), mass);
  return {std::move(coordinates), std::move(masses)};
}

/// Two continua, a number of four values and a choice of three.
struct MixedForest {
  std::vector<std::size_t> codes = {0, 0, 0, 3};
  std::vector<AxisValues> axes = {{}, {}, evenly({0.125, 0.375, 0.625, 0.875}), evenly({0, 1, 2})};
  MatrixXd X = uniform_rows(150, 4, 11);
  VectorXd y;
  RandomForest forest;

  MixedForest() : y(150), forest(fill(), {.trees = 4, .growth = {.least_leaf = 3}}, 5) {}

  TreeData fill() {
    for (Index i = 0; i < X.rows(); ++i) {
      X(i, 2) = (std::floor(4 * X(i, 2)) + 0.5) / 4;
      X(i, 3) = std::floor(3 * X(i, 3));
      y[i] = X(i, 0) + X(i, 3) * X(i, 1) + (X(i, 2) > 0.5 ? 2 : 0);
    }
    return {codes, X, y};
  }
};

/// The edges of a tree's own cells on an axis, as midpoints with masses.
std::pair<std::vector<double>, std::vector<double>> places(const RegressionTree& tree,
                                                           const AxisValues& values,
                                                           std::size_t axis) {
  if (!values.coordinates.empty()) return {values.coordinates, values.masses};
  std::vector<double> edges = {0, 1};
  for (const RegressionTree::Node& node : tree.nodes()) {
    if (node.axis == axis) edges.push_back(node.threshold);
  }
  std::sort(edges.begin(), edges.end());
  std::vector<double> middles, masses;
  for (std::size_t k = 1; k < edges.size(); ++k) {
    middles.push_back((edges[k - 1] + edges[k]) / 2);
    masses.push_back(edges[k] - edges[k - 1]);
  }
  return {middles, masses};
}

/// Variance over the space of the mean over all axes that are not in `kept`, by going through every
/// cell of the space.
double variance_by_listing(const RegressionTree& tree, const std::vector<AxisValues>& axes,
                           const std::vector<bool>& kept) {
  std::map<std::vector<std::size_t>, std::pair<double, double>> sums;  // mass, mass × mean
  std::vector<std::pair<std::vector<double>, std::vector<double>>> all;
  for (std::size_t j = 0; j < axes.size(); ++j) all.push_back(places(tree, axes[j], j));
  std::vector<std::size_t> at(axes.size(), 0);
  while (true) {
    VectorXd row(std::ssize(axes));
    double mass = 1;
    std::vector<std::size_t> key;
    for (std::size_t j = 0; j < axes.size(); ++j) {
      row[static_cast<Index>(j)] = all[j].first[at[j]];
      mass *= all[j].second[at[j]];
      if (kept[j]) key.push_back(at[j]);
    }
    auto& [total, weighted] = sums[key];
    total += mass;
    weighted += mass * tree.leaf_of(row.data()).mean;
    std::size_t j = 0;
    while (j < at.size() && ++at[j] == all[j].first.size()) at[j++] = 0;
    if (j == at.size()) break;
  }
  double mean = 0, squares = 0;
  for (const auto& [key, sum] : sums) mean += sum.second;
  for (const auto& [key, sum] : sums) {
    if (sum.first > 0) squares += sum.first * std::pow(sum.second / sum.first - mean, 2);
  }
  return squares;
}

double mean_over(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

}  // namespace

TEST_CASE("shares of axes and pairs are what listing every cell of the space gives") {
  const MixedForest mixed;
  const FunctionalAnova found = functional_anova(mixed.forest, mixed.codes, mixed.axes);
  CHECK(found.trees == 4);
  for (std::size_t j = 0; j < 4; ++j) {
    std::vector<double> shares;
    for (const RegressionTree& tree : mixed.forest.trees()) {
      std::vector<bool> one(4);
      one[j] = true;
      shares.push_back(variance_by_listing(tree, mixed.axes, one) /
                       variance_by_listing(tree, mixed.axes, {true, true, true, true}));
    }
    CHECK(found.single[j].mean == Approx(mean_over(shares)));
    CHECK(found.single[j].deviation > 0);
  }
  REQUIRE(found.pairs.size() == 6);
  CHECK(found.pairs[0].first == 1);  // the choice says how much the second number counts
  CHECK(found.pairs[0].second == 3);
  for (const PairShare& pair : found.pairs) {
    std::vector<double> shares;
    for (const RegressionTree& tree : mixed.forest.trees()) {
      std::vector<bool> first(4), second(4), both(4);
      first[pair.first] = both[pair.first] = second[pair.second] = both[pair.second] = true;
      shares.push_back((variance_by_listing(tree, mixed.axes, both) -
                        variance_by_listing(tree, mixed.axes, first) -
                        variance_by_listing(tree, mixed.axes, second)) /
                       variance_by_listing(tree, mixed.axes, {true, true, true, true}));
    }
    CHECK(pair.share.mean == Approx(mean_over(shares)).margin(1e-12));
  }
}

TEST_CASE("of a sum of two axes each has its own part and the pair has none") {
  const MatrixXd X = uniform_rows(2000, 3, 3);
  const VectorXd y = 2 * X.col(0) + X.col(1);
  const std::vector<std::size_t> codes(3, 0);
  const std::vector<AxisValues> axes(3);
  const RandomForest forest({codes, X, y}, {.trees = 8, .growth = {.least_leaf = 3}}, 1);
  const FunctionalAnova found = functional_anova(forest, codes, axes);
  CHECK(found.single[0].mean == Approx(0.8).margin(0.02));
  CHECK(found.single[1].mean == Approx(0.2).margin(0.02));
  CHECK(found.single[2].mean < 0.01);
  CHECK(found.pairs[0].share.mean < 0.02);
  CHECK(found.deviation == Approx(std::sqrt(5.0 / 12)).epsilon(0.03));
  const std::vector<OverTrees> line = marginals(forest, codes, axes, {{0.25, 0.75}, {}, {}})[0];
  CHECK(line[0].mean == Approx(1.0).margin(0.05));
  CHECK(line[1].mean == Approx(2.0).margin(0.05));
}

TEST_CASE("a forest of a constant divides nothing") {
  const MatrixXd X = uniform_rows(20, 2, 3);
  const VectorXd y = VectorXd::Constant(20, 4);
  const std::vector<std::size_t> codes(2, 0);
  const RandomForest forest({codes, X, y}, {.trees = 3}, 1);
  const FunctionalAnova found = functional_anova(forest, codes, std::vector<AxisValues>(2));
  CHECK(found.trees == 0);
  CHECK(found.deviation == 0);
  CHECK(found.single[0].mean == 0);
  CHECK(marginals(forest, codes, std::vector<AxisValues>(2), {{}, {0.5}})[1][0].mean == Approx(4));
}

TEST_CASE("out of bag a forest predicts rows that the tree did not draw") {
  const MatrixXd X = uniform_rows(200, 2, 8);
  Rng rng(9, 0, "noise");
  const VectorXd y = VectorXd::NullaryExpr(200, [&] { return rng.normal(); });  // nothing to learn
  const std::vector<std::size_t> codes(2, 0);
  const RandomForest forest({codes, X, y}, {.trees = 40}, 2);
  const auto held_out = forest.out_of_bag(X);
  double squares = 0, in_sample = 0;
  for (Index i = 0; i < 200; ++i) {
    REQUIRE(held_out[static_cast<std::size_t>(i)]);
    squares += std::pow(held_out[static_cast<std::size_t>(i)]->mean - y[i], 2);
    in_sample += std::pow(forest.at(X.row(i)).mean - y[i], 2);
  }
  CHECK(squares > 0.9 * y.squaredNorm());
  CHECK(in_sample < 0.5 * y.squaredNorm());
  const RandomForest once({codes, X, y}, {.trees = 1, .rows_drawn = 2000}, 2);
  CHECK_FALSE(once.out_of_bag(X)[0]);  // drawn ten times over
}

TEST_CASE("Sobol indices of Ishigami's function are those of its formula") {
  // Ishigami, Homma (1990); the variances follow by integration (Saltelli et al. 2008, 4.7).
  constexpr double a = 7, b = 0.1;
  const SobolIndices found = sobol_indices(
      [](std::span<const double> u) {
        const auto x = [&](std::size_t j) { return pi * (2 * u[j] - 1); };
        return std::sin(x(0)) + a * std::pow(std::sin(x(1)), 2) +
               b * std::pow(x(2), 4) * std::sin(x(0));
      },
      3, 1);
  const double alone = std::pow(1 + b * std::pow(pi, 4) / 5, 2) / 2;
  const double second = a * a / 8;
  const double together = 8 * b * b * std::pow(pi, 8) / 225;
  const double all = alone + second + together;
  CHECK(found.variance == Approx(all).epsilon(0.03));
  const std::vector<double> first = {alone / all, second / all, 0};
  const std::vector<double> total = {(alone + together) / all, second / all, together / all};
  for (std::size_t j = 0; j < 3; ++j) {
    CHECK(found.inputs[j].first == Approx(first[j]).margin(0.03));
    CHECK(found.inputs[j].total == Approx(total[j]).margin(0.03));
    CHECK(found.inputs[j].first_low < first[j] + 0.01);
    CHECK(found.inputs[j].first_high > first[j] - 0.01);
    CHECK(found.inputs[j].total_low < found.inputs[j].total_high);
  }
  const SobolIndices flat = sobol_indices([](std::span<const double>) { return 3.0; }, 2, 1);
  CHECK(flat.inputs[1].total == 0);
}
