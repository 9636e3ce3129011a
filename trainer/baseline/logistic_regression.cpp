#include "trainer/baseline/logistic_regression.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "trainer/errors.hpp"

namespace winnow::train {
namespace {

// Letters: X features with a column of ones (n, C+1), W all weights with the biases as last column
// (K, C+1), P probabilities (n, K), Y labels as ones and zeros (n, K), G gradient (K, C+1).
struct Problem {
  at::Tensor X;
  at::Tensor Y;
  at::Tensor penalties;  // (C+1): the penalty, 0 for the bias

  at::Tensor probabilities(const at::Tensor& W) const { return at::softmax(at::mm(X, W.t()), 1); }

  double objective(const at::Tensor& W) const {
    const at::Tensor log_p = at::log_softmax(at::mm(X, W.t()), 1);
    return (-(log_p * Y).sum() + 0.5 * (W.square() * penalties).sum()).item<double>();
  }

  at::Tensor gradient(const at::Tensor& W, const at::Tensor& P) const {
    return at::mm((P - Y).t(), X) + W * penalties;
  }

  /// The Hessian at P times V: with Z = X·Vᵀ, (P∘Z − P∘Σ_k(P∘Z))ᵀ·X + penalties∘V.
  at::Tensor hessian_times(const at::Tensor& V, const at::Tensor& P) const {
    const at::Tensor weighted = P * at::mm(X, V.t());
    return at::mm((weighted - P * weighted.sum(1, true)).t(), X) + V * penalties;
  }
};

double inner_product(const at::Tensor& a, const at::Tensor& b) {
  return (a * b).sum().item<double>();
}

/// Conjugate gradients for H·step = −G until the residual has fallen below `tolerance`.
at::Tensor newton_step(const Problem& problem, const at::Tensor& P, const at::Tensor& G,
                       double tolerance) {
  at::Tensor step = at::zeros_like(G);
  at::Tensor residual = -G;
  at::Tensor direction = residual.clone();
  double residual_square = inner_product(residual, residual);
  // In exact arithmetic as many iterations as unknowns suffice.
  for (std::int64_t i = 0; i < G.numel() && std::sqrt(residual_square) > tolerance; ++i) {
    const at::Tensor image = problem.hessian_times(direction, P);
    const double curvature = inner_product(direction, image);
    // Directions that no row can tell from zero (a common shift of all biases) have no curvature.
    if (curvature <= 0.0) break;
    const double length = residual_square / curvature;
    step.add_(direction, length);
    residual.add_(image, -length);
    const double next_square = inner_product(residual, residual);
    direction.mul_(next_square / residual_square).add_(residual);
    residual_square = next_square;
  }
  return step;
}

Problem make_problem(const at::Tensor& features, const at::Tensor& labels, std::int64_t classes,
                     double penalty) {
  expect(penalty > 0.0, "a penalty keeps weights finite where classes can be separated");
  Problem problem;
  problem.X = at::cat({features, at::ones({features.size(0), 1}, features.options())}, 1);
  problem.Y = at::one_hot(labels, classes).to(at::kDouble);
  problem.penalties = at::full({problem.X.size(1)}, penalty, at::kDouble);
  problem.penalties[problem.X.size(1) - 1] = 0.0;
  return problem;
}

at::Tensor joined(const LogisticModel& model) {
  return at::cat({model.weight, model.bias.unsqueeze(1)}, 1);
}

}  // namespace

LogisticModel fit_logistic(const at::Tensor& features, const at::Tensor& labels,
                           std::int64_t classes, double penalty, const LogisticModel& start) {
  constexpr double relative_tolerance =
      1e-7;                              // of the gradient at zero: all figures that are reported
  constexpr int max_newton_steps = 200;  // from any start; ten is usual
  const at::NoGradGuard no_gradients;
  const Problem problem = make_problem(features, labels, classes, penalty);
  at::Tensor W = at::zeros({classes, problem.X.size(1)}, at::kDouble);
  const double first_norm = problem.gradient(W, problem.probabilities(W)).norm().item<double>();
  if (start.weight.defined()) W = joined(start);
  double objective = problem.objective(W);
  for (int newton = 0; newton < max_newton_steps; ++newton) {
    const at::Tensor P = problem.probabilities(W);
    const at::Tensor G = problem.gradient(W, P);
    const double norm = G.norm().item<double>();
    if (norm <= relative_tolerance * first_norm) {
      const std::int64_t columns = features.size(1);
      return {W.narrow(1, 0, columns).contiguous(), W.select(1, columns).contiguous()};
    }
    // The forcing term of Nocedal and Wright, section 7.1: converges faster than linearly.
    const double tolerance = std::min(0.5, std::sqrt(norm / first_norm)) * norm;
    const at::Tensor step = newton_step(problem, P, G, tolerance);
    const double slope = inner_product(G, step);
    double length = 1.0;
    double next = problem.objective(W + step);
    // Sufficient decrease with the customary 1e-4 (their equation 3.4), up to rounding of the
    // objective.
    const double rounding = 1e-14 * std::abs(objective);
    while (next > objective + 1e-4 * length * slope + rounding && length > 1e-10) {
      length *= 0.5;
      next = problem.objective(W + step * length);
    }
    W = W + step * length;
    objective = next;
  }
  throw BrokenExpectation("Newton's method on a convex function converges");
}

at::Tensor apply(const LogisticModel& model, const at::Tensor& features) {
  return at::mm(features, model.weight.t()) + model.bias;
}

double logistic_objective(const LogisticModel& model, const at::Tensor& features,
                          const at::Tensor& labels, double penalty) {
  return make_problem(features, labels, model.bias.size(0), penalty).objective(joined(model));
}

}  // namespace winnow::train
