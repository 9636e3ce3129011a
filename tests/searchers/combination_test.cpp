#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "searchers/models/combination_weights.hpp"
#include "searchers/models/held_out_combination.hpp"
#include "searchers/models/stacking.hpp"
#include "searchers/numerics/rng.hpp"
#include "tests/searchers/model_support.hpp"

using namespace winnow;
using namespace winnow::search;
using Eigen::Index;
using Eigen::MatrixXd;

namespace {

/// Members of two classes that are right on a share of the rows each, independently.
PredictionTable table_of(const std::vector<double>& shares, int rows, std::uint64_t seed) {
  PredictionTable table;
  table.classes = {"neg", "pos"};
  table.members.assign(shares.size(), MatrixXd(rows, 2));
  for (int i = 0; i < rows; ++i) {
    Rng rng(seed, i, "row");
    const std::size_t label = rng.below(2);
    table.rows.push_back(i);
    table.labels.push_back(label);
    for (std::size_t m = 0; m < shares.size(); ++m) {
      const bool is_right = rng.uniform() < shares[m];
      const double own = is_right ? 0.6 + 0.3 * rng.uniform() : 0.1 + 0.3 * rng.uniform();
      table.members[m](i, static_cast<Index>(label)) = own;
      table.members[m](i, static_cast<Index>(1 - label)) = 1 - own;
    }
  }
  return table;
}

double sum_of(const Weights& weights) {
  return std::accumulate(weights.begin(), weights.end(), 0.0);
}

}  // namespace

TEST_CASE("a stacking model is the minimum that two other programs find") {
  for (const auto& golden : tests::golden("stacking").at("cases")) {
    PredictionTable table;
    table.labels = golden.at("labels").get<std::vector<std::size_t>>();
    for (const auto& member : golden.at("members")) table.members.push_back(to_matrix(member));
    for (Index k = 0; k < table.members[0].cols(); ++k) table.classes.push_back(std::to_string(k));
    for (std::size_t i = 0; i < table.labels.size(); ++i)
      table.rows.push_back(std::ssize(table.rows));
    const StackingModel model = fit_stacking(table, golden.at("penalty"));
    const MatrixXd expected = to_matrix(golden.at("coefficients"));
    // A minimiser without derivatives of its own comes to about six digits.
    CHECK((model.coefficients - expected).cwiseAbs().maxCoeff() < 2e-5);
    if (golden.contains("sklearn")) {
      const Eigen::VectorXd theirs = to_vector(golden.at("sklearn"));
      CHECK((model.coefficients.col(0) - theirs).cwiseAbs().maxCoeff() < 1e-4);
    }
    const MatrixXd predicted = stacked(model, table);
    CHECK((predicted.rowwise().sum().array() - 1).abs().maxCoeff() < 1e-12);
  }
}

TEST_CASE("weights are shares, and go to the members that help") {
  const PredictionTable table = table_of({0.9, 0.75, 0.75, 0.5, 0.3}, 400, 3);
  const Weights greedy = greedy_weights(table), skill = skill_weights(table);
  for (const Weights& weights : {equal_weights(table), greedy, skill}) {
    CHECK(sum_of(weights) == Approx(1));
    CHECK(std::all_of(weights.begin(), weights.end(), [](double weight) { return weight >= 0; }));
  }
  CHECK(greedy[0] > greedy[1]);
  CHECK(greedy[4] < 0.05);  // worse than a coin
  CHECK(skill[0] > skill[1]);
  CHECK(skill[4] == 0);
  const double best = brier_score(table, table.members[0]);
  CHECK(brier_score(table, weighted(greedy, table)) < best);
  CHECK(brier_score(table, weighted(greedy, table)) <=
        brier_score(table, weighted(equal_weights(table), table)));
}

TEST_CASE("members that know nothing all count the same") {
  PredictionTable table = table_of({0.5, 0.5}, 100, 5);
  for (MatrixXd& member : table.members) member.setConstant(0.5);
  CHECK(skill_weights(table) == Weights{0.5, 0.5});
}

TEST_CASE("three independent members err less often together, and the score says so") {
  const PredictionTable table = table_of({0.75, 0.75, 0.75}, 2000, 7);
  const MatrixXd mean = weighted(equal_weights(table), table);
  CHECK(accuracy(table, mean) > accuracy(table, table.members[0]) + 0.05);
  CHECK(disagreement(table) == Approx(0.375).margin(0.03));  // 2 · ¾ · ¼
  PredictionTable one = table;
  one.members.resize(1);
  CHECK(disagreement(one) == 0);
}

TEST_CASE("held-out predictions are of a model that never saw their rows") {
  const PredictionTable table = table_of({0.8}, 53, 9);
  std::vector<int> seen(53, 0);
  const MatrixXd held_out = cross_validated(table, [&](const PredictionTable& part) -> Combination {
    const std::vector<std::int64_t> fitted = part.rows;
    return [&seen, fitted](const PredictionTable& other) {
      for (const std::int64_t row : other.rows) {
        CHECK(std::find(fitted.begin(), fitted.end(), row) == fitted.end());
        ++seen[static_cast<std::size_t>(row)];
      }
      return other.members[0];
    };
  });
  CHECK(seen == std::vector<int>(53, 1));
  CHECK(held_out == table.members[0]);
}

TEST_CASE("a penalty is chosen by rows that the model did not see") {
  CHECK(choose_penalty(table_of({0.5, 0.5, 0.5, 0.5}, 60, 2)) >
        choose_penalty(table_of({0.95}, 600, 2)));
}
