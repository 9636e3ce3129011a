// Multinomial logistic regression with an L2 penalty: the plain method that fine-tuning has to
// beat. The objective is convex and is minimised to the end, so that the result has no seed and no
// settings but the penalty.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace winnow::train {

struct LogisticModel {
  at::Tensor weight;  // (K, C) in fp64
  at::Tensor bias;    // (K) in fp64
};

/// Minimises Σ cross-entropy + penalty/2 · ‖weight‖² (biases are free) by Newton's method with
/// conjugate gradients for the step and halving line search (Nocedal, Wright 2006, "Numerical
/// Optimization", algorithm 7.1). features: (n, C) fp64; labels: (n) int64. Starts from `start` if
/// it is defined, else from zero. Needs penalty > 0; throws BrokenExpectation if it does not
/// converge, which convexity rules out.
LogisticModel fit_logistic(const at::Tensor& features, const at::Tensor& labels,
                           std::int64_t classes, double penalty, const LogisticModel& start = {});

/// (n, K): logits.
at::Tensor apply(const LogisticModel& model, const at::Tensor& features);

/// Σ cross-entropy + penalty/2 · ‖weight‖²
double logistic_objective(const LogisticModel& model, const at::Tensor& features,
                          const at::Tensor& labels, double penalty);

}  // namespace winnow::train
