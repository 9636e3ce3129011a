#include "trainer/optim/lbfgs.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>

#include "trainer/errors.hpp"

namespace winnow::train {
namespace {

// PyTorch's tolerances: a gradient or a descent below them moves nothing, and a pair of less
// curvature is not kept.
constexpr double least_gradient = 1e-7;
constexpr double least_descent = 1e-9;
constexpr double least_curvature = 1e-10;

double inner_product(const at::Tensor& a, const at::Tensor& b) {
  return at::dot(a, b).item<double>();
}

}  // namespace

Lbfgs::Lbfgs(const OptimizerOptions& options, const Arena& arena)
    : arena_(arena),
      history_(static_cast<std::size_t>(options.history)),
      last_gradient_(arena.zeros()),
      last_step_(arena.zeros()),
      counts_(at::zeros({arena.trials(), 2}, at::kDouble)) {
  expect(options.history >= 1, "something is remembered");
  for (std::size_t i = 0; i < history_; ++i) {
    changes_of_gradient_.push_back(arena.zeros());
    steps_.push_back(arena.zeros());
  }
}

double& Lbfgs::iterations(std::int64_t row) const { return counts_.data_ptr<double>()[2 * row]; }

double& Lbfgs::pairs(std::int64_t row) const { return counts_.data_ptr<double>()[2 * row + 1]; }

void Lbfgs::update(std::span<const TrialStep> trials) {
  expect(static_cast<std::int64_t>(trials.size()) == arena_.trials(), "one step a trial");
  const at::NoGradGuard no_gradients;
  for (std::size_t row = 0; row < trials.size(); ++row) {
    update_row(static_cast<std::int64_t>(row), trials[row]);
  }
}

/// With the decay in it; zero where nothing is updated yet.
at::Tensor Lbfgs::gradient_of(std::int64_t row, const TrialStep& trial) const {
  const at::Tensor values = arena_.values().select(0, row);
  at::Tensor gradient = arena_.gradients().select(0, row).clone();
  for (const Arena::Range& range : arena_.ranges()) {
    at::Tensor part = gradient.narrow(0, range.begin, range.end - range.begin);
    if (trial.step < range.group.first_step) {
      part.zero_();
    } else if (range.group.decays) {
      part.add_(values.narrow(0, range.begin, range.end - range.begin), trial.weight_decay);
    }
  }
  return gradient;
}

void Lbfgs::update_row(std::int64_t row, const TrialStep& trial) {
  const at::Tensor gradient = gradient_of(row, trial);
  if (gradient.abs().max().item<double>() <= least_gradient) return;
  const bool first = iterations(row) == 0.0;
  at::Tensor last_gradient = last_gradient_.select(0, row);
  if (!first) remember(row, gradient - last_gradient);
  const at::Tensor towards = first ? -gradient : direction(row, gradient);
  last_gradient.copy_(gradient);
  iterations(row) += 1.0;
  const double shortened = first ? std::min(1.0, 1.0 / gradient.abs().sum().item<double>()) : 1.0;
  const at::Tensor step = scaled(towards, trial, shortened);
  last_step_.select(0, row).copy_(step);
  if (inner_product(gradient, towards) > -least_descent) return;
  arena_.values().select(0, row).add_(step);
}

void Lbfgs::remember(std::int64_t row, const at::Tensor& change_of_gradient) {
  const at::Tensor step = last_step_.select(0, row);
  if (inner_product(change_of_gradient, step) <= least_curvature) return;
  const std::size_t place = static_cast<std::size_t>(pairs(row)) % history_;
  changes_of_gradient_[place].select(0, row).copy_(change_of_gradient);
  steps_[place].select(0, row).copy_(step);
  pairs(row) += 1.0;
}

at::Tensor Lbfgs::direction(std::int64_t row, const at::Tensor& gradient) const {
  const auto kept = static_cast<std::size_t>(pairs(row));
  const std::size_t oldest = kept - std::min(kept, history_);
  const auto change = [&](std::size_t k) { return changes_of_gradient_[k % history_][row]; };
  const auto step = [&](std::size_t k) { return steps_[k % history_][row]; };
  at::Tensor towards = -gradient;
  if (kept == 0) return towards;
  std::vector<double> shares;
  for (std::size_t k = kept; k-- > oldest;) {
    shares.push_back(inner_product(step(k), towards) / inner_product(change(k), step(k)));
    towards.add_(change(k), -shares.back());
  }
  const at::Tensor newest = change(kept - 1);
  towards.mul_(inner_product(newest, step(kept - 1)) / inner_product(newest, newest));
  for (std::size_t k = oldest; k < kept; ++k, shares.pop_back()) {
    const double share = inner_product(change(k), towards) / inner_product(change(k), step(k));
    towards.add_(step(k), shares.back() - share);
  }
  return towards;
}

/// The step itself: each group has its learning rate.
at::Tensor Lbfgs::scaled(const at::Tensor& direction, const TrialStep& trial, double rate) const {
  at::Tensor step = direction * (rate * trial.learning_rate);
  for (const Arena::Range& range : arena_.ranges()) {
    if (range.group.rate_factor == 1.0) continue;
    step.narrow(0, range.begin, range.end - range.begin).mul_(range.group.rate_factor);
  }
  return step;
}

NamedTensors Lbfgs::state() const {
  NamedTensors all = arena_.views(last_gradient_, "gradient.");
  all.merge(arena_.views(last_step_, "step."));
  for (std::size_t i = 0; i < history_; ++i) {
    all.merge(arena_.views(changes_of_gradient_[i], fmt::format("gradient_change_{}.", i)));
    all.merge(arena_.views(steps_[i], fmt::format("step_{}.", i)));
  }
  all.emplace("lbfgs_counts", counts_);
  return all;
}

}  // namespace winnow::train
