#include "searchers/models/stacking.hpp"

#include <Eigen/Cholesky>
#include <array>
#include <cmath>
#include <limits>

#include "searchers/models/held_out_combination.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::search {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr std::array penalties = {1.0, 0.1, 0.01, 0.001, 0.0001};
constexpr int most_steps = 100;
constexpr double least_decrease = 1e-12;  // of the mean loss: what is left is rounding

/// n × (1 + members · (K − 1))
MatrixXd inputs(const PredictionTable& table) {
  const Index k = std::ssize(table.classes) - 1;
  MatrixXd x(std::ssize(table.rows), 1 + k * std::ssize(table.members));
  x.col(0).setOnes();
  for (std::size_t m = 0; m < table.members.size(); ++m) {
    x.middleCols(1 + static_cast<Index>(m) * k, k) = table.members[m].rightCols(k);
  }
  return x;
}

MatrixXd softmax(const MatrixXd& x, const MatrixXd& coefficients) {
  MatrixXd scores(x.rows(), coefficients.cols() + 1);
  scores.col(0).setZero();
  scores.rightCols(coefficients.cols()) = x * coefficients;
  scores.colwise() -= scores.rowwise().maxCoeff().eval();
  scores = scores.array().exp();
  const VectorXd sums = scores.rowwise().sum();
  return scores.array().colwise() / sums.array();
}

double log_loss(const std::vector<std::size_t>& labels, const MatrixXd& probabilities) {
  double sum = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const double p = probabilities(static_cast<Index>(i), static_cast<Index>(labels[i]));
    sum -= std::log(std::max(p, std::numeric_limits<double>::min()));  // 0 by underflow only
  }
  return sum / static_cast<double>(labels.size());
}

struct Problem {
  MatrixXd x;
  std::vector<std::size_t> labels;
  double penalty;

  double loss(const MatrixXd& coefficients) const {
    const double squares = coefficients.bottomRows(coefficients.rows() - 1).squaredNorm();
    return log_loss(labels, softmax(x, coefficients)) + penalty / 2 * squares;
  }
};

/// Newton's step for all coefficients at once, column by column.
MatrixXd newton_step(const Problem& problem, const MatrixXd& coefficients) {
  const Index d = coefficients.rows(), k = coefficients.cols();
  const double n = static_cast<double>(problem.labels.size());
  const MatrixXd p = softmax(problem.x, coefficients).rightCols(k);
  MatrixXd away = p;
  for (std::size_t i = 0; i < problem.labels.size(); ++i) {
    if (problem.labels[i] > 0) {
      away(static_cast<Index>(i), static_cast<Index>(problem.labels[i]) - 1) -= 1;
    }
  }
  MatrixXd gradient = problem.x.transpose() * away / n;
  gradient.bottomRows(d - 1) += problem.penalty * coefficients.bottomRows(d - 1);
  MatrixXd hessian(d * k, d * k);
  for (Index a = 0; a < k; ++a) {
    for (Index b = 0; b < k; ++b) {
      const VectorXd weights = p.col(a).array() * ((a == b ? 1.0 : 0.0) - p.col(b).array()) / n;
      hessian.block(a * d, b * d, d, d) = problem.x.transpose() * weights.asDiagonal() * problem.x;
    }
    for (Index j = 1; j < d; ++j) hessian(a * d + j, a * d + j) += problem.penalty;
    // Intercepts are free: where the model is sure of every row their curvature vanishes.
    hessian(a * d, a * d) += 1e-9;
  }
  const Eigen::Map<const VectorXd> flat(gradient.data(), d * k);
  const VectorXd step = hessian.ldlt().solve(flat);
  return Eigen::Map<const MatrixXd>(step.data(), d, k);
}

}  // namespace

std::size_t stacking_coefficients(const PredictionTable& table) {
  const std::size_t k = table.classes.size() - 1;
  return (1 + table.members.size() * k) * k;
}

StackingModel fit_stacking(const PredictionTable& table, double penalty) {
  expect(table.classes.size() >= 2 && penalty > 0, "two classes and a penalty");
  const Problem problem{inputs(table), table.labels, penalty};
  MatrixXd coefficients = MatrixXd::Zero(problem.x.cols(), std::ssize(table.classes) - 1);
  double loss = problem.loss(coefficients);
  for (int step = 0; step < most_steps; ++step) {
    const MatrixXd direction = newton_step(problem, coefficients);
    double length = 1, next = problem.loss(coefficients - direction);
    while (next > loss && length > 1e-6) {
      length /= 2;
      next = problem.loss(coefficients - length * direction);
    }
    if (!(next < loss)) break;
    coefficients -= length * direction;
    const double decrease = loss - next;
    loss = next;
    if (decrease < least_decrease) break;
  }
  return {coefficients, penalty};
}

MatrixXd stacked(const StackingModel& model, const PredictionTable& table) {
  return softmax(inputs(table), model.coefficients);
}

double choose_penalty(const PredictionTable& table) {
  double best = penalties.front(), least = std::numeric_limits<double>::infinity();
  for (const double penalty : penalties) {
    const MatrixXd held_out = cross_validated(table, [&](const PredictionTable& part) {
      const StackingModel model = fit_stacking(part, penalty);
      return [model](const PredictionTable& other) { return stacked(model, other); };
    });
    const double loss = log_loss(table.labels, held_out);
    if (loss < least) {
      least = loss;
      best = penalty;
    }
  }
  return best;
}

}  // namespace winnow::search
