#include "searchers/numerics/cholesky.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "searchers/problem/error.hpp"
#include "tests/searchers/model_support.hpp"

using namespace winnow::search;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

MatrixXd positive_definite(Eigen::Index n) {
  const MatrixXd A = uniform_rows(n, n, 3);
  return A * A.transpose() + MatrixXd::Identity(n, n);
}

MatrixXd symmetric(const MatrixXd& lower) { return lower.selfadjointView<Eigen::Lower>(); }

}  // namespace

TEST_CASE("a factor solves, inverts and gives the determinant") {
  for (Eigen::Index n : {1, 2, 31, 32, 33, 100}) {
    INFO("n = " << n);
    const MatrixXd K = positive_definite(n);
    const Cholesky cholesky(K);
    CHECK(cholesky.jitter() == 0);
    CHECK((symmetric(cholesky.inverse()) * K - MatrixXd::Identity(n, n)).norm() < 1e-8);
    VectorXd b = uniform_rows(n, 1, 4);
    VectorXd x = b;
    cholesky.solve_lower(x);
    cholesky.solve_upper(x);
    CHECK((K * x - b).norm() < 1e-9);
  }
  MatrixXd K(2, 2);
  K << 4, 2, 2, 5;  // determinant 16
  CHECK(Cholesky(K).log_determinant() == Approx(std::log(16)));
}

TEST_CASE("appended rows give the factor of the larger matrix") {
  const MatrixXd K = positive_definite(40);
  Cholesky grown(K.topLeftCorner(3, 3));
  for (Eigen::Index n = 3; n < 40; ++n) grown.append(K.col(n).head(n), K(n, n));
  const MatrixXd L = grown.factor().triangularView<Eigen::Lower>();
  CHECK(grown.size() == 40);
  CHECK((L * L.transpose() - K).norm() < 1e-9);
}

TEST_CASE("an empty factor can be grown") {
  Cholesky grown;
  grown.append(VectorXd(0), 9);
  CHECK(grown.factor()(0, 0) == 3);
}

TEST_CASE("a singular matrix gets the least jitter that helps, an indefinite one is refused") {
  const VectorXd v = uniform_rows(6, 1, 5);
  const Cholesky rank_one(v * v.transpose());
  CHECK(rank_one.jitter() > 0);
  CHECK(rank_one.jitter() < 1e-10);
  CHECK(rank_one.factor().diagonal().minCoeff() > 0);
  CHECK_THROWS_AS(Cholesky(-MatrixXd::Identity(3, 3)), winnow::BrokenExpectation);
}

TEST_CASE("appending a point that is there already keeps the factor finite") {
  Cholesky grown(MatrixXd::Identity(1, 1));
  grown.append(VectorXd::Ones(1), 1);
  CHECK(grown.factor()(1, 1) > 0);
  CHECK(grown.factor()(1, 1) < 1e-7);
}
