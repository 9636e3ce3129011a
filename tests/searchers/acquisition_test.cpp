#include "searchers/models/acquisition.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "searchers/numerics/normal.hpp"
#include "tests/searchers/model_support.hpp"

using namespace winnow::search;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

// Twelve noisy measurements in two dimensions.
GaussianProcess process_of(std::uint64_t seed, double noise = 0.01) {
  const MatrixXd X = uniform_rows(12, 2, seed);
  const VectorXd y = (4 * X.col(0).array()).sin() - X.col(1).array();
  return GaussianProcess(Kernel(std::vector(2, AxisKind::numeric), Smoothness::matern52,
                                {VectorXd::Constant(2, 0.5), VectorXd::Ones(2)}),
                         noise, {X, y, VectorXd::Ones(12)});
}

// p × S standard normal numbers.
MatrixXd normals(Index p, Index draws) {
  return uniform_rows(p, draws, 99).unaryExpr([](double u) { return normal_quantile(u + 1e-16); });
}

}  // namespace

TEST_CASE("without pending points, the value is the logarithm of the textbook's improvement") {
  const GaussianProcess process = process_of(1);
  const LogExpectedImprovement gain(process, MatrixXd(0, 2), MatrixXd(0, 1));
  const MatrixXd rows = uniform_rows(20, 2, 2);
  const VectorXd values = gain.at_each(rows);
  const double best = process.means().minCoeff();
  for (Index i = 0; i < rows.rows(); ++i) {
    const Prediction at = process.at(rows.row(i));
    const double s = std::sqrt(at.variance), z = (best - at.mean) / s;
    const double improvement = s * (normal_density(z) + z * normal_below(z));
    CHECK(values[i] == Approx(std::log(improvement)).epsilon(1e-8));
    VectorXd slope;
    CHECK(gain.slope_at(rows.row(i), slope) == Approx(values[i]));
  }
}

TEST_CASE("with a pending point, the value is the mean over what it may turn out to be") {
  const GaussianProcess process = process_of(3);
  MatrixXd pending(1, 2);
  pending << 0.35, 0.6;
  const MatrixXd z = normals(1, 8);
  const LogExpectedImprovement gain(process, pending, z);
  const VectorXd x = (VectorXd(2) << 0.5, 0.4).finished();
  // The same by hand: append each possible outcome, and average the improvements.
  const Prediction there = process.at(pending.row(0));
  double improvements = 0;
  for (Index s = 0; s < z.cols(); ++s) {
    GaussianProcess told = process;
    told.append(pending.row(0), there.mean + std::sqrt(there.variance + 0.01) * z(0, s));
    // Expected values of the points measured before are not looked at again.
    const double best = std::min(process.means().minCoeff(), told.means()[12]);
    const Prediction at = told.at(x);
    const double deviation = std::sqrt(at.variance);
    improvements += deviation * std::exp(log_h((best - at.mean) / deviation));
  }
  MatrixXd row = x.transpose();
  CHECK(gain.at_each(row)[0] == Approx(std::log(improvements / 8)).epsilon(1e-8));
}

TEST_CASE("a pending point makes its neighbourhood less worth trying") {
  const GaussianProcess process = process_of(4);
  const VectorXd x = (VectorXd(2) << 0.9, 0.9).finished();
  const MatrixXd here = x.transpose();
  const LogExpectedImprovement before(process, MatrixXd(0, 2), MatrixXd(0, 1));
  const LogExpectedImprovement after(process, here, normals(1, 16));
  CHECK(after.at_each(here)[0] < before.at_each(here)[0] - 1);
}

TEST_CASE("slopes of the acquisition equal finite differences") {
  const LogExpectedImprovement gain(process_of(5), uniform_rows(2, 2, 6), normals(2, 8));
  const LogFeasibility feasible(process_of(7, 0.1), -0.7);
  const MatrixXd rows = uniform_rows(10, 2, 8);
  for (Index i = 0; i < rows.rows(); ++i) {
    const VectorXd x = rows.row(i);
    VectorXd slope;
    const auto gain_at = [&](const VectorXd& at) { return gain.at_each(at.transpose())[0]; };
    gain.slope_at(x, slope);
    CHECK((slope - slope_by_differences(gain_at, x)).norm() < 1e-5 * (1 + slope.norm()));
    const auto feasible_at = [&](const VectorXd& at) {
      return feasible.at_each(at.transpose())[0];
    };
    CHECK(feasible.slope_at(x, slope) == Approx(feasible_at(x)));
    CHECK((slope - slope_by_differences(feasible_at, x)).norm() < 1e-5 * (1 + slope.norm()));
  }
}

TEST_CASE("where trials failed, they are expected to fail again, and only there") {
  const MatrixXd X = (MatrixXd(4, 1) << 0.1, 0.2, 0.8, 0.9).finished();
  const VectorXd y = (VectorXd(4) << LogFeasibility::failed, LogFeasibility::failed,
                      LogFeasibility::went_well, LogFeasibility::went_well)
                         .finished();
  const Kernel kernel({AxisKind::numeric}, Smoothness::matern52,
                      {VectorXd::Constant(1, 0.3), VectorXd::Ones(1)});
  const double halfway = (LogFeasibility::went_well + LogFeasibility::failed) / 2;
  const LogFeasibility feasible(GaussianProcess(kernel, 0.05, {X, y, VectorXd::Ones(4)}), halfway);
  const VectorXd odds = feasible.at_each((MatrixXd(2, 1) << 0.15, 0.85).finished()).array().exp();
  CHECK(odds[0] < 0.05);
  CHECK(odds[1] > 0.95);
}
