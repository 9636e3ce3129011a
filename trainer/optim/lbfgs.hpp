// L-BFGS: the step is the gradient times an approximation of the inverse Hessian that the last few
// changes of weights and gradients imply (Liu and Nocedal 1989, "On the Limited Memory BFGS Method
// for Large Scale Optimization"; the two loops are algorithm 7.4 of Nocedal and Wright 2006). One
// iteration a step and no line search, as torch.optim.LBFGS with max_iter=1 has it; for batches
// that are large or the same each time.
#pragma once

#include "trainer/optim/optimizer.hpp"

namespace winnow::train {

class Lbfgs final : public Optimizer {
 public:
  /// The arena must outlive it. Needs history ≥ 1.
  Lbfgs(const OptimizerOptions& options, const Arena& arena);

  void update(std::span<const TrialStep> trials) override;
  NamedTensors state() const override;

 private:
  void update_row(std::int64_t row, const TrialStep& trial);
  at::Tensor gradient_of(std::int64_t row, const TrialStep& trial) const;
  void remember(std::int64_t row, const at::Tensor& change_of_gradient);
  at::Tensor direction(std::int64_t row, const at::Tensor& gradient) const;
  at::Tensor scaled(const at::Tensor& direction, const TrialStep& trial, double rate) const;
  double& iterations(std::int64_t row) const;
  double& pairs(std::int64_t row) const;

  const Arena& arena_;
  std::size_t history_;
  // The k-th pair that was kept lies in block k modulo the history.
  std::vector<at::Tensor> changes_of_gradient_, steps_;  // (T, P) each
  at::Tensor last_gradient_, last_step_;                 // (T, P)
  at::Tensor counts_;  // (T, 2) of fp64: iterations so far, pairs kept so far
};

}  // namespace winnow::train
