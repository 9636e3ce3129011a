#include "searchers/models/front_acquisition.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "searchers/numerics/hypervolume.hpp"
#include "tests/searchers/model_support.hpp"

using namespace winnow::search;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

// One process for each objective over the same twelve points, and the front of expected losses.
struct Problem {
  std::vector<GaussianProcess> processes;
  std::vector<Losses> front;
  Losses reference;
};

Problem problem_of(std::size_t objectives) {
  const MatrixXd X = uniform_rows(12, 2, 5);
  Problem problem;
  std::vector<Losses> expected(12);
  for (std::size_t m = 0; m < objectives; ++m) {
    const double phase = 2 * static_cast<double>(m);
    const VectorXd y = (4 * X.col(0).array() + phase).sin() + (3 * X.col(1).array() - phase).cos();
    const Kernel kernel(std::vector(2, AxisKind::numeric), Smoothness::matern52,
                        {VectorXd::Constant(2, 0.4 + 0.1 * phase), VectorXd::Ones(2)});
    problem.processes.emplace_back(kernel, 0.01, Observations{X, y, VectorXd::Ones(12)});
    const VectorXd means = problem.processes.back().means();
    for (Index i = 0; i < 12; ++i) expected[static_cast<std::size_t>(i)].push_back(means[i]);
  }
  for (const std::size_t i : pareto_front(expected)) problem.front.push_back(expected[i]);
  problem.reference = reference_behind(problem.front);
  return problem;
}

LogExpectedHypervolumeImprovement gain_of(const Problem& problem) {
  return {problem.processes, nondominated_boxes(problem.front, problem.reference)};
}

// By drawing the objectives independently.
double mean_growth(const Problem& problem, const VectorXd& x, int draws) {
  const double before = hypervolume(problem.front, problem.reference);
  Rng rng(1, 0, "draws");
  double sum = 0;
  for (int draw = 0; draw < draws; ++draw) {
    std::vector<Losses> with = problem.front;
    with.emplace_back();
    for (const GaussianProcess& process : problem.processes) {
      const auto [mean, variance] = process.at(x);
      with.back().push_back(mean + std::sqrt(variance) * rng.normal());
    }
    sum += hypervolume(with, problem.reference) - before;
  }
  return sum / draws;
}

}  // namespace

TEST_CASE("the expected growth of the hypervolume is that of many draws") {
  for (const std::size_t objectives : {std::size_t{2}, std::size_t{3}}) {
    const Problem problem = problem_of(objectives);
    REQUIRE(problem.front.size() > 2);
    const LogExpectedHypervolumeImprovement gain = gain_of(problem);
    const MatrixXd rows = uniform_rows(8, 2, 6);
    const VectorXd values = gain.at_each(rows);
    for (Index i = 0; i < rows.rows(); ++i) {
      const double expected = mean_growth(problem, rows.row(i), 4000);
      if (expected > 0.03)  // below, few of the draws gain anything
        CHECK(std::exp(values[i]) == Approx(expected).epsilon(0.15));
    }
  }
}

TEST_CASE("the slope of the expected growth is that of its value, also where it is tiny") {
  for (const std::size_t objectives : {std::size_t{1}, std::size_t{2}, std::size_t{3}}) {
    Problem problem = problem_of(objectives);
    // A front that is out of reach of most points.
    for (const double better : {0.0, 3.0}) {
      for (Losses& each : problem.front)
        for (double& loss : each) loss -= better;
      const LogExpectedHypervolumeImprovement gain = gain_of(problem);
      const MatrixXd rows = uniform_rows(6, 2, 7);
      for (Index i = 0; i < rows.rows(); ++i) {
        VectorXd slope;
        const double value = gain.slope_at(rows.row(i), slope);
        REQUIRE(std::isfinite(value));
        CHECK(value == Approx(gain.at_each(rows.row(i))[0]));
        const VectorXd differences = slope_by_differences(
            [&](const VectorXd& x) { return gain.at_each(x.transpose())[0]; }, rows.row(i));
        for (Index j = 0; j < 2; ++j)
          CHECK(slope[j] == Approx(differences[j]).epsilon(1e-4).margin(1e-4));
      }
    }
  }
}

TEST_CASE("optimism for one weighting is the worst weighted distance, with its slope") {
  const Problem problem = problem_of(4);
  const std::vector<double> weights = {0.2, 0.9, 0.3, 0.25};
  const WeightedOptimism gain(problem.processes, problem.reference, weights);
  const MatrixXd rows = uniform_rows(10, 2, 8);
  const VectorXd values = gain.at_each(rows);
  for (Index i = 0; i < rows.rows(); ++i) {
    double worst = 1e300;
    for (std::size_t m = 0; m < 4; ++m) {
      const auto [mean, variance] = problem.processes[m].at(rows.row(i));
      worst =
          std::min(worst, (problem.reference[m] - mean + 1.8 * std::sqrt(variance)) / weights[m]);
    }
    CHECK(values[i] == Approx(worst));
    VectorXd slope;
    CHECK(gain.slope_at(rows.row(i), slope) == Approx(worst));
    const VectorXd differences = slope_by_differences(
        [&](const VectorXd& x) { return gain.at_each(x.transpose())[0]; }, rows.row(i));
    for (Index j = 0; j < 2; ++j) CHECK(slope[j] == Approx(differences[j]).epsilon(1e-4));
  }
}
