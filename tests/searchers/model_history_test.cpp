#include "searchers/models/model_history.hpp"

#include <catch2/catch.hpp>

#include "tests/searchers/model_support.hpp"

using namespace winnow::search;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

ModelHistory history_of(Index outcomes, std::size_t first_fit = 5) {
  const MatrixXd X = uniform_rows(outcomes, 2, 1);
  ModelHistory history(std::vector(2, AxisKind::numeric), Noise::learnt, first_fit, 3);
  for (Index i = 0; i < outcomes; ++i) history.tell_loss(X.row(i), std::sin(5 * X(i, 0)) + X(i, 1));
  return history;
}

}  // namespace

TEST_CASE("a model is fitted at fixed counts and takes in every later outcome") {
  // 5, 6, … 40, then every 2, from 60 on every 3 …: 5 % of what there is.
  CHECK_FALSE(history_of(4).can_model());
  CHECK(history_of(5).model().fitted_on == 5);
  CHECK(history_of(39).model().fitted_on == 39);
  CHECK(history_of(40).model().fitted_on == 40);
  CHECK(history_of(41).model().fitted_on == 40);
  CHECK(history_of(42).model().fitted_on == 42);
  const ModelHistory history = history_of(41);
  CHECK(history.model().taken_in == 41);
  CHECK(history.model().surrogate.process().size() == 41);
}

TEST_CASE("a model that was asked for all along equals one that is asked for once, to the bit") {
  const MatrixXd X = uniform_rows(45, 2, 1);
  ModelHistory live(std::vector(2, AxisKind::numeric), Noise::learnt, 5, 3);
  for (Index i = 0; i < 45; ++i) {
    live.tell_loss(X.row(i), std::sin(5 * X(i, 0)) + X(i, 1));
    if (live.can_model()) live.model();
  }
  const ModelHistory replayed = history_of(45);
  const Surrogate& a = live.model().surrogate;
  const Surrogate& b = replayed.model().surrogate;
  CHECK(a.process().alpha() == b.process().alpha());
  CHECK(a.process().cholesky().log_determinant() == b.process().cholesky().log_determinant());
  CHECK(a.form().at.scales.lengths == b.form().at.scales.lengths);
}

TEST_CASE("beyond what is modelled at once, the nearest to the best are") {
  const ModelHistory history = history_of(400);
  const auto& whole = history.model();
  CHECK(whole.surrogate.process().size() <= static_cast<Index>(most_modelled) + 50);
  CHECK(whole.taken_in == 400);
  const MatrixXd all = uniform_rows(400, 2, 1).topRows(static_cast<Index>(whole.fitted_on));
  Index best = 0;
  ((5 * all.col(0)).array().sin() + all.col(1).array()).minCoeff(&best);
  const VectorXd distances = (all.rowwise() - all.row(best)).rowwise().norm();
  const MatrixXd modelled = whole.surrogate.process().observations().X.topRows(most_modelled);
  const double reach = (modelled.rowwise() - all.row(best)).rowwise().norm().maxCoeff();
  CHECK((distances.array() <= reach).count() == static_cast<Index>(most_modelled));
}

TEST_CASE("failures are modelled by themselves") {
  ModelHistory history = history_of(10);
  CHECK_FALSE(history.has_failures());
  for (double y : {0.1, 0.5, 0.9}) history.tell_failure((VectorXd(2) << 0.99, y).finished());
  REQUIRE(history.has_failures());
  CHECK(history.measured() == 10);
  const MatrixXd two = (MatrixXd(2, 2) << 0.99, 0.5, 0.1, 0.5).finished();
  const VectorXd logs = history.feasibility().at_each(two);
  CHECK(logs[0] < logs[1]);
}
