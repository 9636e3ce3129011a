#include "searchers/models/covariance_adaptation.hpp"

#include <Eigen/LU>
#include <catch2/catch.hpp>
#include <cmath>

#include "searchers/numerics/normal.hpp"
#include "searchers/numerics/rng.hpp"
#include "tests/support/golden.hpp"

using namespace winnow::search;
using Eigen::Index, Eigen::MatrixXd, Eigen::VectorXd;

namespace {

VectorXd vector_from(const nlohmann::json& numbers) {
  VectorXd vector(std::ssize(numbers));
  for (Index j = 0; j < vector.size(); ++j)
    vector[j] = numbers[static_cast<std::size_t>(j)].get<double>();
  return vector;
}

// A list of points as columns.
MatrixXd columns_from(const nlohmann::json& points) {
  MatrixXd columns(std::ssize(points[0]), std::ssize(points));
  for (Index i = 0; i < columns.cols(); ++i)
    columns.col(i) = vector_from(points[static_cast<std::size_t>(i)]);
  return columns;
}

CovarianceAdaptation standard(Index d, int population = 8) {
  return CovarianceAdaptation(VectorXd::Constant(d, 0.5), 0.3, MatrixXd::Identity(d, d),
                              population);
}

VectorXd normals(Index d, Rng& rng) {
  VectorXd z(d);
  for (double& each : z) each = rng.normal();
  return z;
}

// Generations on a sum of squares whose axes differ by factors.
void descend(CovarianceAdaptation& distribution, int generations, Rng& rng) {
  const Index d = distribution.mean().size();
  const auto loss = [d](const VectorXd& x) {
    double sum = 0;
    for (Index j = 0; j < d; ++j)
      sum += std::pow(100, static_cast<double>(j)) * (x[j] - 0.2) * (x[j] - 0.2);
    return sum;
  };
  for (int generation = 0; generation < generations; ++generation) {
    std::vector<VectorXd> samples;
    for (int i = 0; i < distribution.population(); ++i)
      samples.push_back(distribution.sample(normals(d, rng)));
    std::sort(samples.begin(), samples.end(),
              [&](const VectorXd& a, const VectorXd& b) { return loss(a) < loss(b); });
    MatrixXd ranked(d, distribution.population());
    for (Index i = 0; i < ranked.cols(); ++i) ranked.col(i) = samples[static_cast<std::size_t>(i)];
    distribution.update(ranked, std::vector<bool>(samples.size(), true));
  }
}

}  // namespace

TEST_CASE("generations agree with python3-cmaes in mean, step size and covariance") {
  for (const auto& expected : winnow::tests::golden("covariance_adaptation")["cases"]) {
    const VectorXd mean = vector_from(expected["mean"]);
    CovarianceAdaptation distribution(mean, expected["step_size"].get<double>(),
                                      MatrixXd::Identity(mean.size(), mean.size()),
                                      expected["population"].get<int>());
    for (const auto& step : expected["steps"]) {
      INFO("generation " << distribution.generation());
      const MatrixXd ranked = columns_from(step["ranked"]);
      distribution.update(ranked, std::vector<bool>(static_cast<std::size_t>(ranked.cols()), true));
      CHECK((distribution.mean() - vector_from(step["mean"])).norm() < 1e-10);
      CHECK(distribution.step_size() == Approx(step["step_size"].get<double>()).epsilon(1e-10));
      const MatrixXd covariance = columns_from(step["covariance"]);
      CHECK((distribution.covariance() - covariance).norm() < 1e-9 * covariance.norm());
    }
  }
}

TEST_CASE("a quadratic of condition 10^6 is descended to its minimum, and its shape is learnt") {
  CovarianceAdaptation distribution = standard(4);
  Rng rng(1, 0, "descend");
  descend(distribution, 250, rng);
  CHECK((distribution.mean().array() - 0.2).abs().maxCoeff() < 1e-6);
  CHECK(distribution.deviation(0) > 100 * distribution.deviation(3));
}

TEST_CASE("samples have the mean and the deviations they should") {
  MatrixXd covariance(2, 2);
  covariance << 4, 1, 1, 2;
  const CovarianceAdaptation distribution((VectorXd(2) << 1, -1).finished(), 0.5, covariance, 6);
  constexpr int count = 20'000;
  VectorXd sum = VectorXd::Zero(2);
  MatrixXd products = MatrixXd::Zero(2, 2);
  for (int i = 0; i < count; ++i) {
    Rng rng(2, i, "sample");
    const VectorXd x = distribution.sample(normals(2, rng)) - distribution.mean();
    sum += x;
    products += x * x.transpose();
  }
  CHECK((sum / count).norm() < 0.03);  // deviations of the mean: 0.007 and 0.005
  CHECK((products / count - 0.25 * covariance).norm() < 0.05);
  CHECK(distribution.deviation(0) == Approx(1));
  CHECK(distribution.deviation(1) == Approx(std::sqrt(0.5)));
}

TEST_CASE("a point from far away moves the distribution no farther than a likely one") {
  const auto moved_by = [](double distance, bool is_own) {
    CovarianceAdaptation distribution = standard(2, 4);
    MatrixXd ranked = MatrixXd::Constant(2, 4, 0.5);
    ranked(0, 0) += distance;
    distribution.update(ranked, {is_own, true, true, true});
    return distribution.mean()[0] - 0.5;
  };
  const double longest = 0.3 * (std::sqrt(2.0) + 1);  // σ (√d + 2d/(d + 2))
  CHECK(moved_by(100, false) == Approx(moved_by(longest, true)));
  CHECK(moved_by(0.1, false) == Approx(moved_by(0.1, true)));
  CHECK(moved_by(100, true) > 10 * moved_by(100, false));
}

TEST_CASE("a margin keeps both neighbouring cells within reach") {
  CovarianceAdaptation distribution(VectorXd::Constant(2, 0.48), 0.001, MatrixXd::Identity(2, 2),
                                    6);
  distribution.keep_margin(1, 0.4, 0.6, 0.1);
  const double mean = distribution.mean()[1], spread = distribution.deviation(1);
  CHECK(normal_below((0.4 - mean) / spread) == Approx(0.05));
  CHECK(normal_below((mean - 0.6) / spread) == Approx(0.05));
  CHECK(distribution.mean()[0] == 0.48);
  CHECK(distribution.deviation(0) == Approx(0.001));
  const double before = distribution.deviation(1);
  distribution.keep_margin(1, 0.4, 0.6, 0.1);  // what is wide enough stays
  CHECK(distribution.deviation(1) == Approx(before));
}

TEST_CASE("a warm start has the mean of the points and their covariance, widened") {
  MatrixXd points(2, 4);
  points << 0.1, 0.3, 0.1, 0.3, 0.5, 0.5, 0.7, 0.7;
  const CovarianceAdaptation distribution = CovarianceAdaptation::around(points, 6);
  CHECK((distribution.mean() - (VectorXd(2) << 0.2, 0.6).finished()).norm() < 1e-12);
  CHECK(distribution.deviation(0) == Approx(std::sqrt(0.01 + 0.01)));
  CHECK(distribution.covariance().determinant() == Approx(1));
}

TEST_CASE("what no longer moves is exhausted") {
  CHECK_FALSE(standard(3).is_exhausted());
  CHECK(CovarianceAdaptation(VectorXd::Zero(2), 1e-13, MatrixXd::Identity(2, 2), 6).is_exhausted());
  MatrixXd flat = MatrixXd::Identity(2, 2);
  flat(1, 1) = 1e-15;
  CHECK(CovarianceAdaptation(VectorXd::Zero(2), 1, flat, 6).is_exhausted());
}

TEST_CASE("the default population grows with the logarithm of the dimension") {
  CHECK(CovarianceAdaptation::default_population(1) == 4);
  CHECK(CovarianceAdaptation::default_population(10) == 10);
  CHECK(CovarianceAdaptation::default_population(100) == 17);
}
