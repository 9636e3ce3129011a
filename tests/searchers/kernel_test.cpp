#include "searchers/models/kernel.hpp"

#include <Eigen/Eigenvalues>
#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

#include "tests/searchers/model_support.hpp"

using namespace winnow::search;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

VectorXd vector(std::initializer_list<double> values) {
  return Eigen::Map<const VectorXd>(values.begin(), std::ssize(values));
}

const std::vector<AxisKind> mixed = {AxisKind::numeric, AxisKind::arc, AxisKind::nominal};

Kernel mixed_kernel(const VectorXd& lengths, const VectorXd& parts, Smoothness smoothness,
                    double joint = 1) {
  return Kernel(mixed, smoothness, {lengths, parts, joint});
}

// Numbers, an arc that is inactive in every third row, three codes.
MatrixXd mixed_rows(Eigen::Index n, std::uint64_t seed) {
  MatrixXd X = uniform_rows(n, 3, seed);
  for (Eigen::Index i = 0; i < n; ++i) {
    if (i % 3 == 0) X(i, 1) = inactive;
    X(i, 2) = std::floor(3 * X(i, 2));
  }
  return X;
}

}  // namespace

TEST_CASE("covariances equal those of scikit-learn") {
  for (const auto& golden : winnow::tests::golden("gaussian_process")["regressions"]) {
    const Smoothness smoothness =
        golden["smoothness"] == "matern52" ? Smoothness::matern52 : Smoothness::squared_exponential;
    const VectorXd lengths = to_vector(golden["lengths"]);
    const Kernel kernel(std::vector(3, AxisKind::numeric), smoothness,
                        {lengths, VectorXd::Ones(3)});
    const MatrixXd K = kernel.cross(to_matrix(golden["X"]), to_matrix(golden["Z"]));
    CHECK((K - to_matrix(golden["covariances"])).cwiseAbs().maxCoeff() < 1e-14);
  }
}

TEST_CASE("categories are at a distance of one length, or at none") {
  const Kernel kernel =
      mixed_kernel(vector({1, 1, 0.5}), VectorXd::Ones(3), Smoothness::squared_exponential);
  MatrixXd X(3, 3);
  X << 0.5, 0.5, 0, 0.5, 0.5, 1, 0.5, 0.5, 2;
  const VectorXd k = kernel.against(X, X.row(1));
  CHECK(k[0] == Approx(std::exp(-0.5 * 4)));
  CHECK(k[1] == 1);
  CHECK(k[2] == k[0]);
}

TEST_CASE("an arc's inactive points are alike, and as far from every active one") {
  const double part = 0.5, length = 2;
  const Kernel kernel =
      mixed_kernel(vector({1, length, 1}), vector({1, part, 1}), Smoothness::squared_exponential);
  MatrixXd X(4, 3);
  X << 0.5, inactive, 0, 0.5, inactive, 0, 0.5, 0.1, 0, 0.5, 0.9, 0;
  const VectorXd from_inactive = kernel.against(X, X.row(0));
  CHECK(from_inactive[1] == 1);
  CHECK(from_inactive[2] == Approx(std::exp(-0.5 / (length * length))));
  CHECK(from_inactive[3] == from_inactive[2]);
  // Between active ones: the chord of ω (sin πρx, cos πρx), ω = 1/ℓ.
  const double a = std::numbers::pi * part * 0.1, b = std::numbers::pi * part * 0.9;
  const double chord =
      (std::pow(std::sin(a) - std::sin(b), 2) + std::pow(std::cos(a) - std::cos(b), 2)) /
      (length * length);
  CHECK(kernel.against(X, X.row(2))[3] == Approx(std::exp(-0.5 * chord)));
}

TEST_CASE("a gram matrix is the lower half of the covariances of its rows with each other") {
  const MatrixXd X = mixed_rows(20, 1);
  const Kernel kernel =
      mixed_kernel(vector({0.4, 0.7, 1.3}), VectorXd::Constant(3, 0.6), Smoothness::matern52);
  const MatrixXd both = kernel.cross(X, X), half = kernel.gram(X).triangularView<Eigen::Lower>();
  CHECK((half - MatrixXd(both.triangularView<Eigen::Lower>())).cwiseAbs().maxCoeff() < 1e-15);
  const Eigen::SelfAdjointEigenSolver<MatrixXd> eigen(both);
  CHECK(eigen.eigenvalues().minCoeff() > -1e-12);
}

TEST_CASE("an additive kernel is the mean of kernels of one axis, and a share of one of all") {
  const MatrixXd X = mixed_rows(12, 4);
  const VectorXd lengths = vector({0.4, 0.7, 1.3}), parts = vector({1, 0.6, 1});
  for (Smoothness smoothness : {Smoothness::matern52, Smoothness::squared_exponential}) {
    const double joint = 0.3;
    MatrixXd expected = joint * mixed_kernel(lengths, parts, smoothness).cross(X, X);
    for (Eigen::Index j = 0; j < 3; ++j) {
      const Kernel alone({mixed[static_cast<std::size_t>(j)]}, smoothness,
                         {lengths.segment(j, 1) / std::sqrt(3.0), parts.segment(j, 1)});
      expected += (1 - joint) / 3 * alone.cross(X.col(j), X.col(j));
    }
    const Kernel kernel = mixed_kernel(lengths, parts, smoothness, joint);
    CHECK((kernel.cross(X, X) - expected).cwiseAbs().maxCoeff() < 1e-14);
    const MatrixXd half = kernel.gram(X).triangularView<Eigen::Lower>();
    CHECK((half - MatrixXd(expected.triangularView<Eigen::Lower>())).cwiseAbs().maxCoeff() < 1e-14);
  }
}

TEST_CASE("a kernel's slopes equal finite differences") {
  const MatrixXd X = mixed_rows(9, 2);
  const VectorXd weights = uniform_rows(9, 1, 3).array() - 0.5;
  const double joint = GENERATE(1.0, 0.3);
  for (Smoothness smoothness : {Smoothness::matern52, Smoothness::squared_exponential}) {
    const VectorXd lengths = vector({0.4, 0.7, 1.3}), parts = vector({1, 0.6, 1});
    const Kernel kernel = mixed_kernel(lengths, parts, smoothness, joint);
    for (const VectorXd& x : {vector({0.3, 0.8, 1}), vector({0.6, inactive, 2})}) {
      const auto sum = [&](const VectorXd& at) { return weights.dot(kernel.against(X, at)); };
      const VectorXd slope = kernel.slope(X, x, weights);
      VectorXd expected = slope_by_differences(sum, x);
      expected[2] = 0;                        // a code has no slope
      if (x[1] == inactive) expected[1] = 0;  // nor has what is not there
      CHECK((slope - expected).cwiseAbs().maxCoeff() < 1e-8);
    }
    const MatrixXd G = weights * weights.transpose();
    const auto of_scales = [&](const VectorXd& scales) {
      const Kernel other =
          mixed_kernel(scales.head(3).array().exp(), scales.segment(3, 3), smoothness, scales[6]);
      return weights.dot(other.cross(X, X) * weights);
    };
    VectorXd scales(7);
    scales << lengths.array().log(), parts, joint;
    VectorXd expected = VectorXd::Zero(7);  // a joint part of 1 is fixed: no slope is asked for
    if (joint < 1)
      expected = slope_by_differences(of_scales, scales);
    else
      expected.head(6) = slope_by_differences(
          [&](const VectorXd& first) { return of_scales((VectorXd(7) << first, 1).finished()); },
          scales.head(6));
    const Kernel::Gram pairs = kernel.gram_with_slopes(X);
    CHECK(MatrixXd(pairs.covariances.triangularView<Eigen::Lower>()) ==
          MatrixXd(kernel.gram(X).triangularView<Eigen::Lower>()));
    CHECK((kernel.scale_slope(X, G, pairs.slopes) - expected).cwiseAbs().maxCoeff() < 1e-8);
  }
}
